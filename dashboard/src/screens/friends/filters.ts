// What the list is narrowed by. It stands in the address; what is typed never does.

import type { Schemas } from "../../api/client";

export type Conditions = Schemas["Conditions"];
export type Method = NonNullable<Conditions["methods"]>[number];
export type Follow = NonNullable<Conditions["follow_status"]>[number];
export type Linkage = NonNullable<Conditions["klaviyo_id_linkage"]>;

export const METHODS = ["qr_link", "form_linkage", "import", "auto_link", "pin"] as const;
export const FOLLOWS = ["following", "left", "not_yet"] as const;
export const LINKAGES = ["linked", "unlinked"] as const;

/** The value, if it is one of these. */
export function oneOf<Value extends string>(
  values: readonly Value[],
  value: string | null,
): Value | null {
  return values.find((each) => each === value) ?? null;
}

export interface Filters {
  linkage: Linkage | null;
  follow: Follow | null;
  method: Method | null;
  tag: string | null;
  segment: number | null;
}

export function filtersIn(search: URLSearchParams): Filters {
  const segment = Number(search.get("segment"));
  return {
    linkage: oneOf(LINKAGES, search.get("linkage")),
    follow: oneOf(FOLLOWS, search.get("follow")),
    method: oneOf(METHODS, search.get("method")),
    tag: search.get("tag"),
    segment: Number.isInteger(segment) && segment > 0 ? segment : null,
  };
}

/** What the server is asked; a segment brings its own conditions. */
export function askedFor(filters: Filters, text: string): Schemas["FriendSearch"] {
  const typed = text.trim();
  const what = typed ? { text: typed } : {};
  if (filters.segment !== null) return { ...what, segment_id: filters.segment };
  return { ...what, conditions: conditionsOf(filters) };
}

function conditionsOf(filters: Filters): Conditions {
  return {
    klaviyo_id_linkage: filters.linkage,
    follow_status: filters.follow ? [filters.follow] : [...FOLLOWS],
    methods: filters.method ? [filters.method] : [],
    tags: filters.tag ? [filters.tag] : [],
  };
}
