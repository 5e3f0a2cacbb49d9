// A segment's conditions, as a person reads them.

import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { FOLLOWS, LINKAGES, METHODS, oneOf } from "../friends/filters";

const DAYS = ["linked_since", "linked_before", "followed_since", "followed_before"] as const;

export function useConditionWords(segment: Schemas["SegmentCard"]): string[] {
  const { t } = useTranslation("segments");
  const { t: said } = useTranslation("friends");
  const set = new Map<string, unknown>(Object.entries(segment.conditions));
  const words: string[] = [];
  const add = (name: string, values: string[]) => {
    if (values.length > 0) words.push(t("condition", { name, value: values.join(", ") }));
  };
  const some = <Value extends string>(known: readonly Value[], name: string) =>
    texts(set.get(name)).flatMap((each) => oneOf(known, each) ?? []);
  add(said("filter.linkage"), some(LINKAGES, "klaviyo_id_linkage").map((each) => said(`linkage.${each}`)));
  add(said("filter.follow"), some(FOLLOWS, "follow_status").map((each) => said(`follow.${each}`)));
  add(said("filter.method"), some(METHODS, "methods").map((each) => said(`method.${each}`)));
  for (const day of DAYS) add(t(day), texts(set.get(day)));
  add(t("with_tags"), segment.tags ?? []);
  add(t("without_tags"), segment.without_tags ?? []);
  return words;
}

function texts(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((each) => typeof each === "string");
}
