// The settings of a custom QR code: name, link type, and the signals for linking.

import { Checkbox, Fieldset, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { QrCodeDraft, Wrong } from "./draft";
import { FRESH } from "./draft";

interface QrCodeFieldsProps {
  draft: QrCodeDraft;
  /** What to point out now. */
  wrong: readonly Wrong[];
  disabled: boolean;
  onChange: (draft: QrCodeDraft) => void;
}

export function QrCodeFields({ draft, wrong, disabled, onChange }: QrCodeFieldsProps) {
  const { t } = useTranslation("qr-codes");
  const put = (part: Partial<QrCodeDraft>) => onChange({ ...draft, ...part });
  const said = (which: Wrong) => (wrong.includes(which) ? t(`wrong.${which}`) : null);
  return (
    <Fieldset variant="unstyled" disabled={disabled}>
      <Stack gap="lg">
        <TextInput
          label={t("fields.name")}
          description={t("fields.name_about")}
          value={draft.name}
          onChange={(event) => put({ name: event.currentTarget.value })}
          error={said("name")}
          maxLength={100}
          required
        />
        <Radio.Group
          label={t("fields.link_type")}
          description={t("fields.link_type_about")}
          value={draft.linkType}
          onChange={(value) => put({ linkType: value === "none" ? "none" : "klaviyo_linkage" })}
        >
          <Stack gap="xs" mt="xs">
            {(["klaviyo_linkage", "none"] as const).map((type) => (
              <Radio
                key={type}
                value={type}
                label={t(`link_type.${type}`)}
                description={t(`link_type_about.${type}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        {draft.linkType === "klaviyo_linkage" && (
          <Signals draft={draft} said={said} put={put} />
        )}
      </Stack>
    </Fieldset>
  );
}

interface SignalsProps {
  draft: QrCodeDraft;
  said: (which: Wrong) => string | null;
  put: (part: Partial<QrCodeDraft>) => void;
}

function Signals({ draft, said, put }: SignalsProps) {
  const { t } = useTranslation("qr-codes");
  const asked = [draft.email ? "email" : "", draft.phone ? "phone" : ""].filter(Boolean);
  return (
    <Stack gap="sm">
      <Checkbox.Group
        label={t("fields.signals")}
        description={t("fields.signals_about")}
        value={asked}
        onChange={(now) => put({ email: now.includes("email"), phone: now.includes("phone") })}
        error={said("signals")}
      >
        <Stack gap="xs" mt="xs" mb={4}>
          <Checkbox value="email" label={t("signal.email")} />
          <Checkbox value="phone" label={t("signal.phone")} />
        </Stack>
      </Checkbox.Group>
      {draft.email && (
        <TextInput
          label={t("fields.email_variable")}
          value={draft.emailVariable}
          onChange={(event) => put({ emailVariable: event.currentTarget.value })}
          error={said("email_variable")}
          placeholder={FRESH.emailVariable}
          spellCheck={false}
        />
      )}
      {draft.phone && (
        <TextInput
          label={t("fields.phone_variable")}
          value={draft.phoneVariable}
          onChange={(event) => put({ phoneVariable: event.currentTarget.value })}
          error={said("phone_variable")}
          placeholder={FRESH.phoneVariable}
          spellCheck={false}
        />
      )}
      <Text size="sm" c="dimmed" role="status">
        {asked.length === 2 ? t("rule.both") : asked.length === 1 ? t("rule.one") : null}
      </Text>
    </Stack>
  );
}
