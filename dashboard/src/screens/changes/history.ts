// The history of changes, page by page, in the reader's language.

import { infiniteQueryOptions } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import { follows } from "../../api/live";
import type { Language } from "../../app/language";

/** What to show; days are the reader's own, as `2026-11-24`, and both are included. */
export interface Filter {
  who: string;
  tool: string;
  since: string;
  until: string;
}

export const EVERYTHING: Filter = { who: "", tool: "", since: "", until: "" };

export function historyQuery(filter: Filter, language: Language) {
  return infiniteQueryOptions({
    queryKey: ["changes", filter, language],
    queryFn: ({ pageParam }) =>
      answered(
        api.GET("/api/v1/changes", {
          params: { query: { ...asked(filter), language, before: pageParam, limit: 30 } },
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ before }) => before,
    ...follows("changes"),
  });
}

function asked({ who, tool, since, until }: Filter) {
  return {
    ...(who && { made_by: who }),
    ...(tool && { tool }),
    ...(since && { since: midnight(since, 0) }),
    ...(until && { until: midnight(until, 1) }),
  };
}

/** The beginning of this day in the reader's time zone, or of some days later. */
function midnight(day: string, later: number): string {
  const moment = new Date(`${day}T00:00:00`);
  moment.setDate(moment.getDate() + later);
  return moment.toISOString();
}
