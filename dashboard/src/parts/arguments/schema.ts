// Which fields of a write a person may change before saying yes, by its JSON Schema.

import { useQuery } from "@tanstack/react-query";

import { toolsQuery } from "../../api/queries";
import type { Fields } from "./words";

interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  $ref?: string;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  $defs?: Record<string, Schema>;
  maxLength?: number;
}

export interface Editable {
  name: string;
  /** A closed choice; otherwise it is a text. */
  choices: string[] | null;
  optional: boolean;
  maxLength: number | undefined;
}

/** They say which thing it is about, or were shown with it: another one is another request. */
const WHICH_ONE = new Set(["slug", "change_id", "line_user_id", "profile_id", "version", "decision"]);

export function useEditable(tool: string, given: Fields): Editable[] {
  const { data = [] } = useQuery(toolsQuery);
  const whole = data.find((each) => each.name === tool)?.arguments as Schema | undefined;
  const properties = Object.entries(whole?.properties ?? {});
  return properties
    .filter(([name]) => !WHICH_ONE.has(name) && isText(given[name]))
    .flatMap(([name, schema]) => {
      const editable = editableOf(name, schema, whole?.$defs ?? {});
      return editable ? [editable] : [];
    });
}

function isText(given: unknown): boolean {
  return given === null || given === undefined || typeof given === "string";
}

function editableOf(name: string, schema: Schema, defs: Record<string, Schema>): Editable | null {
  const kinds = (schema.anyOf ?? [schema]).map((each) => resolved(each, defs));
  const optional = kinds.some((each) => each.type === "null");
  const choices = kinds.flatMap((each) => each.enum ?? []).filter((each) => typeof each === "string");
  const texts = kinds.filter((each) => each.type === "string");
  if (texts.length === 0) return null;
  const maxLength = texts.find((each) => each.maxLength)?.maxLength;
  return { name, choices: choices.length > 0 ? choices : null, optional, maxLength };
}

function resolved(schema: Schema, defs: Record<string, Schema>): Schema {
  const target = schema.$ref?.split("/").at(-1);
  return target ? (defs[target] ?? schema) : schema;
}
