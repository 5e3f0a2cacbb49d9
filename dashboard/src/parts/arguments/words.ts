// The merchant's words for what a write takes: its fields, and their values.

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { toolQuery } from "../../api/queries";

export type Fields = Readonly<Record<string, unknown>>;

/** What has no word stays as it is. */
export function useFieldWords() {
  const { t, i18n } = useTranslation("approvals");
  const word = (key: string, otherwise: string) =>
    i18n.exists(`approvals:${key}`) ? t(key as "fields.name") : otherwise;
  const value = (name: string, one: unknown): string => {
    const plain = typeof one === "object" ? JSON.stringify(one) : String(one);
    return word(`values.${name}_${plain}`.toLowerCase(), plain);
  };
  return {
    field: (name: string) => word(`fields.${name}`, name.replaceAll("_", " ")),
    value,
    shown: (name: string, given: unknown) => {
      if (isNothing(given)) return t("nothing");
      const each: unknown[] = Array.isArray(given) ? given : [given];
      return each.map((one) => value(name, one)).join(", ") || t("nothing");
    },
  };
}

export function isNothing(given: unknown): boolean {
  return given === null || given === undefined || given === "";
}

/** What the things behind ids are called, where a person knows them by name. */
export function useNamesOf(fields: Fields): (name: string, id: unknown) => string | undefined {
  const forms = useQuery({ ...toolQuery("list_forms", {}), enabled: "form_id" in fields });
  const segments = useQuery({
    ...toolQuery("list_segments", {}),
    enabled: typeof fields.segment_id === "string",
  });
  const changes = useQuery({ ...toolQuery("show_changes", {}), enabled: "change_id" in fields });
  return (name, id) => {
    if (name === "form_id") return forms.data?.block.forms.find((e) => e.form_id === id)?.name;
    if (name === "segment_id") return segments.data?.block.segments.find((e) => e.id === id)?.name;
    if (name === "change_id") return changes.data?.block.changes.find((e) => e.id === id)?.what;
    return undefined;
  };
}
