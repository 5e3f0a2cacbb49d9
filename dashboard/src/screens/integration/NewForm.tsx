// Sets Form ID Linkage up for one more form, and then shows what to copy.

import { Button, Group, Paper, Stack } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite } from "../../app/session";
import { BackLink } from "../../parts/BackLink";
import { OnlyLooking } from "../../parts/OnlyLooking";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { argumentsOf, type FormDraft, wrongIn } from "./form_draft";
import { FormFields } from "./FormFields";
import { TargetForm } from "./TargetForm";

export function NewForm() {
  const { t } = useTranslation("integration");
  const mayWrite = useMayWrite();
  const navigate = useNavigate();
  const [draft, setDraft] = useState<FormDraft>(() => ({
    formId: null,
    ctaLabel: t("fields.cta_label_example"),
    landingPage: "",
    timing: "immediate",
    trigger: "submitted_form",
  }));
  const [tried, setTried] = useState(false);
  const save = useCarryOut("configure_form_linkage", {
    done: t("form.created"),
    onDone: ({ block }) => void navigate(`/integration/forms/form/${block.form_id}`),
  });
  const wrong = wrongIn(draft);
  const shown = tried ? wrong : [];
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (wrong.length === 0) save.mutate(argumentsOf(draft));
  };
  return (
    <>
      <BackLink to="/integration" label={t("tabs.settings")} />
      <PageHead title={t("form.new_title")} about={t("form.about")} />
      <OnlyLooking />
      <Paper component="form" withBorder p="md" maw={680} onSubmit={submit} noValidate>
        <Stack gap="lg">
          {mayWrite && (
            <TargetForm
              value={draft.formId}
              error={shown.includes("form") ? t("wrong.form") : null}
              onChange={(formId) => setDraft({ ...draft, formId })}
            />
          )}
          <FormFields draft={draft} wrong={shown} disabled={!mayWrite} onChange={setDraft} />
          {save.error && <Problem error={save.error} />}
          {mayWrite && (
            <Group justify="flex-end">
              <Button component={Link} to="/integration" variant="default">
                {t("cancel")}
              </Button>
              <Button type="submit" loading={save.isPending}>
                {t("save")}
              </Button>
            </Group>
          )}
        </Stack>
      </Paper>
    </>
  );
}
