// Changes what a write takes before it is approved; the program checks it once more.

import { NativeSelect, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { toolQuery } from "../../api/queries";
import type { Editable } from "./schema";
import { useFieldWords, type Fields } from "./words";

interface ArgumentEditorProps {
  editable: readonly Editable[];
  value: Fields;
  onChange: (value: Fields) => void;
}

export function ArgumentEditor({ editable, value, onChange }: ArgumentEditorProps) {
  return (
    <Stack gap="xs">
      {editable.map((each) => (
        <Field
          key={each.name}
          field={each}
          value={textOf(value[each.name])}
          onChange={(text) => onChange({ ...value, [each.name]: text === "" ? null : text })}
        />
      ))}
    </Stack>
  );
}

function textOf(given: unknown): string {
  return typeof given === "string" ? given : "";
}

interface FieldProps {
  field: Editable;
  value: string;
  onChange: (text: string) => void;
}

function Field({ field, value, onChange }: FieldProps) {
  const words = useFieldWords();
  const choices = useChoices(field, value);
  const shared = { label: words.field(field.name), value, size: "sm" };
  if (choices) {
    return (
      <NativeSelect
        {...shared}
        data={choices}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      {...(field.maxLength ? { maxLength: field.maxLength } : {})}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface Choice {
  value: string;
  label: string;
}

/** The values of a closed choice, or what Klaviyo has; null where anything can be written. */
function useChoices(field: Editable, value: string): Choice[] | null {
  const { t } = useTranslation("approvals");
  const words = useFieldWords();
  const known = useInKlaviyo(field.name);
  const choices =
    field.choices?.map((each) => ({ value: each, label: words.value(field.name, each) })) ?? known;
  if (!choices) return null;
  const whole = choices.some((each) => each.value === value) || value === "";
  const all = whole ? choices : [{ value, label: value }, ...choices];
  return field.optional ? [{ value: "", label: t("nothing") }, ...all] : all;
}

function useInKlaviyo(name: string): Choice[] | null {
  const forms = useQuery({ ...toolQuery("list_forms", {}), enabled: name === "form_id" });
  const segments = useQuery({ ...toolQuery("list_segments", {}), enabled: name === "segment_id" });
  const lines =
    name === "form_id"
      ? forms.data?.block.forms.map(({ form_id: id, name: label }) => ({ value: id, label }))
      : segments.data?.block.segments.map(({ id, name: label }) => ({ value: id, label }));
  return name === "form_id" || name === "segment_id" ? (lines ?? null) : null;
}
