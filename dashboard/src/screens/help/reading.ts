// The help text, in the reader's language; it changes with the program only.

import { queryOptions } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import type { Language } from "../../app/language";

export function contentsQuery(language: Language) {
  return queryOptions({
    queryKey: ["help", language],
    queryFn: () =>
      answered(api.GET("/api/v1/help/{language}", { params: { path: { language } } })),
    staleTime: Infinity,
  });
}

export function pageQuery(language: Language, page: string) {
  return queryOptions({
    queryKey: ["help", language, page],
    queryFn: () =>
      answered(
        api.GET("/api/v1/help/{language}/{page}", { params: { path: { language, page } } }),
      ),
    staleTime: Infinity,
  });
}
