// CTA Label, landing page, and when a submission counts.

import { Fieldset, Radio, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { FormDraft, Wrong } from "./form_draft";

interface FormFieldsProps {
  draft: FormDraft;
  wrong: readonly Wrong[];
  disabled: boolean;
  onChange: (draft: FormDraft) => void;
}

export function FormFields({ draft, wrong, disabled, onChange }: FormFieldsProps) {
  const { t } = useTranslation("integration");
  const put = (part: Partial<FormDraft>) => onChange({ ...draft, ...part });
  const said = (which: Wrong) => (wrong.includes(which) ? t(`wrong.${which}`) : null);
  return (
    <Fieldset variant="unstyled" disabled={disabled}>
      <Stack gap="lg">
        <TextInput
          label={t("fields.cta_label")}
          description={t("fields.cta_label_about")}
          value={draft.ctaLabel}
          onChange={(event) => put({ ctaLabel: event.currentTarget.value })}
          error={said("cta_label")}
          maxLength={40}
          required
        />
        <TextInput
          type="url"
          label={t("fields.landing_page")}
          description={t("fields.landing_page_about")}
          value={draft.landingPage}
          onChange={(event) => put({ landingPage: event.currentTarget.value })}
          error={said("landing_page")}
          required
        />
        <Timing draft={draft} put={put} />
      </Stack>
    </Fieldset>
  );
}

interface TimingProps {
  draft: FormDraft;
  put: (part: Partial<FormDraft>) => void;
}

function Timing({ draft, put }: TimingProps) {
  const { t } = useTranslation("integration");
  return (
    <>
      <Radio.Group
        label={t("fields.timing")}
        description={t("fields.timing_about")}
        value={draft.timing}
        onChange={(value) => put({ timing: value === "flow" ? "flow" : "immediate" })}
      >
        <Stack gap="xs" mt="xs">
          {(["immediate", "flow"] as const).map((each) => (
            <Radio
              key={each}
              value={each}
              label={t(`timing.${each}`)}
              description={t(`timing_about.${each}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {draft.timing === "flow" && (
        <Radio.Group
          label={t("fields.trigger")}
          value={draft.trigger}
          onChange={(value) =>
            put({ trigger: value === "submitted_form" ? value : "subscribed_to_list" })
          }
        >
          <Stack gap="xs" mt="xs">
            {(["submitted_form", "subscribed_to_list"] as const).map((each) => (
              <Radio
                key={each}
                value={each}
                label={t(`trigger.${each}`)}
                description={t(`trigger_about.${each}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
    </>
  );
}
