// What the settings of the integration read, beside the tools.

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "../../api/client";
import { follows } from "../../api/live";
import { toolQuery } from "../../api/queries";

export type FormLinkageCard = Schemas["FormLinkageCard"];
export type FormLine = Schemas["FormLine"];
export type ImportPreview = Schemas["ImportPreview"];
export type ImportSetting = Schemas["ImportSourceBlock"];

const QUIET_MS = 60_000;

export const switchesQuery = queryOptions({
  queryKey: ["switches"],
  queryFn: () => answered(api.GET("/api/v1/switches")),
  ...follows("changes"),
});

/** The forms of the Klaviyo account, asked live. */
export const formsQuery = toolQuery("list_forms", {});

export const formLinkagesQuery = {
  ...toolQuery("show_form_linkage", {}, ["changes", "links"]),
  refetchInterval: QUIET_MS,
};

export const importRunsQuery = infiniteQueryOptions({
  queryKey: ["import-runs"],
  queryFn: ({ pageParam }) =>
    answered(
      api.GET("/api/v1/import-runs", {
        params: { query: pageParam === null ? {} : { before: pageParam } },
      }),
    ),
  initialPageParam: null as number | null,
  getNextPageParam: ({ before }) => before,
  meta: { topics: ["imports", "changes"] },
});
