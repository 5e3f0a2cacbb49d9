// Linking Settings After Form Submission: what the flow's Webhook action is given.

import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { answered, api, type Schemas } from "../../api/client";
import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite, useMe } from "../../app/session";
import { Confirm } from "../../parts/Confirm";
import { CopyField } from "../../parts/CopyField";
import { Problem } from "../../parts/Problem";
import { When } from "../../parts/When";
import { argumentsOf, draftOf } from "./form_draft";
import type { FormLinkageCard } from "./queries";
import { Section } from "./Section";

interface FlowSettingsProps {
  linkage: FormLinkageCard;
  webhook: Schemas["FormWebhook"];
}

export function FlowSettings({ linkage, webhook }: FlowSettingsProps) {
  const { t } = useTranslation("integration");
  return (
    <Section
      title={t("fields.timing")}
      about={t("flow.about", { trigger: t(`trigger.${linkage.trigger ?? "submitted_form"}`) })}
    >
      <CopyField label={t("flow.linking_url")} value={webhook.linking_url} />
      <CopyField label={t("flow.submission_details")} value={webhook.submission_details} />
      <SecretHeader linkage={linkage} name={webhook.header} />
      <Text size="sm" c="dimmed">
        {webhook.last_call_at === null ? (
          t("flow.never_called")
        ) : (
          <>
            {t("flow.last_call")} <When at={webhook.last_call_at} />
          </>
        )}
      </Text>
    </Section>
  );
}

function SecretHeader({ linkage, name }: { linkage: FormLinkageCard; name: string }) {
  const { t } = useTranslation("integration");
  const owner = useMe().role === "owner";
  // Not a query: a secret is read when it is asked for, and kept nowhere.
  const look = useMutation({
    mutationFn: () =>
      answered(
        api.GET("/api/v1/form-linkages/{slug}/webhook", {
          params: { path: { slug: linkage.slug } },
        }),
      ),
    gcTime: 0,
  });
  return (
    <Stack gap="xs">
      <CopyField label={t("flow.header")} value={name} />
      {look.data && <CopyField label={t("flow.secret")} value={look.data.secret} />}
      {look.data?.former_secret_until && (
        <Text size="sm" c="dimmed">
          {t("flow.former_until")} <When at={look.data.former_secret_until} />
        </Text>
      )}
      {look.error && <Problem error={look.error} />}
      {owner ? (
        <Group gap="xs">
          {!look.data && (
            <Button
              variant="default"
              size="xs"
              loading={look.isPending}
              onClick={() => look.mutate()}
            >
              {t("flow.show_secret")}
            </Button>
          )}
          <Renew linkage={linkage} onDone={() => look.reset()} />
        </Group>
      ) : (
        <Alert color="gray" variant="light">
          <Text size="sm">{t("flow.owners_only")}</Text>
        </Alert>
      )}
    </Stack>
  );
}

function Renew({ linkage, onDone }: { linkage: FormLinkageCard; onDone: () => void }) {
  const { t } = useTranslation("integration");
  const mayWrite = useMayWrite();
  const [asking, { open, close }] = useDisclosure(false);
  const renew = useCarryOut("configure_form_linkage", {
    onDone: () => {
      close();
      onDone();
    },
  });
  if (!mayWrite) return null;
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        {t("flow.renew")}
      </Button>
      <Confirm
        opened={asking}
        title={t("flow.renew_title")}
        text={t("flow.renew_text")}
        action={t("flow.renew")}
        busy={renew.isPending}
        error={renew.error}
        onConfirm={() => renew.mutate({ ...argumentsOf(draftOf(linkage)), renew_header: true })}
        onClose={close}
      />
    </>
  );
}
