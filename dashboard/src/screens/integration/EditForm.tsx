// Changes a form's linkage; what would change is shown before it is saved.

import { Button, Group, Stack, Text } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite } from "../../app/session";
import { BeforeAfter } from "../../parts/BeforeAfter";
import { Problem } from "../../parts/Problem";
import { argumentsOf, differs, draftOf, type FormDraft, wrongIn } from "./form_draft";
import { FormFields } from "./FormFields";
import type { FormLinkageCard } from "./queries";
import { Section } from "./Section";

export function EditForm({ linkage }: { linkage: FormLinkageCard }) {
  const { t } = useTranslation("integration");
  const mayWrite = useMayWrite();
  // Untouched it follows what others change.
  const [touched, setTouched] = useState<FormDraft | null>(null);
  const draft = touched ?? draftOf(linkage);
  const save = useCarryOut("configure_form_linkage", { onDone: () => setTouched(null) });
  const wrong = wrongIn(draft);
  const changed = differs(draft, linkage);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (wrong.length === 0) save.mutate(argumentsOf(draft));
  };
  return (
    <Section title={t("form.settings")}>
      <Stack component="form" onSubmit={submit} {...{ noValidate: true }}>
        <Text size="sm">
          <Text span fw={500} inherit>
            {t("target.label")}:{" "}
          </Text>
          {linkage.form_name} ({linkage.form_id})
        </Text>
        <FormFields draft={draft} wrong={wrong} disabled={!mayWrite} onChange={setTouched} />
        {changed && wrong.length === 0 && <Difference draft={draft} linkage={linkage} />}
        {save.error && <Problem error={save.error} />}
        {mayWrite && (
          <Group justify="flex-end">
            {changed && (
              <Button variant="default" onClick={() => setTouched(null)}>
                {t("discard")}
              </Button>
            )}
            <Button type="submit" loading={save.isPending} disabled={!changed || wrong.length > 0}>
              {t("save")}
            </Button>
          </Group>
        )}
      </Stack>
    </Section>
  );
}

function Difference({ draft, linkage }: { draft: FormDraft; linkage: FormLinkageCard }) {
  const { t } = useTranslation("integration");
  const after = argumentsOf(draft);
  return (
    <BeforeAfter
      values={[
        {
          label: t("fields.cta_label"),
          before: linkage.cta_label,
          after: after.cta_label,
        },
        {
          label: t("fields.landing_page"),
          before: linkage.landing_page,
          after: after.landing_page,
        },
        {
          label: t("fields.timing"),
          before: t(`timing.${linkage.timing}`),
          after: t(`timing.${draft.timing}`),
        },
        {
          label: t("fields.trigger"),
          before: linkage.trigger && t(`trigger.${linkage.trigger}`),
          after: after.trigger ? t(`trigger.${after.trigger}`) : null,
        },
      ]}
    />
  );
}
