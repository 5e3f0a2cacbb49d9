// Target Form: the choices are the forms that Klaviyo has now.

import { Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Problem } from "../../parts/Problem";
import { formsQuery, type FormLine } from "./queries";

interface TargetFormProps {
  value: string | null;
  error: string | null;
  onChange: (formId: string | null) => void;
}

export function TargetForm({ value, error, onChange }: TargetFormProps) {
  const { t } = useTranslation("integration");
  const query = useQuery(formsQuery);
  const forms = query.data?.block.forms ?? [];
  const name = (form: FormLine) => {
    if (form.linked) return t("target.linked", { name: form.name });
    return form.live ? form.name : t("target.draft", { name: form.name });
  };
  return (
    <Stack gap="xs">
      <Select
        label={t("target.label")}
        description={t("target.about")}
        placeholder={query.isPending ? t("target.asking") : t("target.choose")}
        data={forms.map((each) => ({
          value: each.form_id,
          label: name(each),
          disabled: each.linked,
        }))}
        value={value}
        onChange={onChange}
        error={error}
        searchable
        required
        nothingFoundMessage={t(forms.length === 0 ? "target.none" : "target.not_found")}
      />
      {query.error && query.data === undefined && (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      )}
    </Stack>
  );
}
