// Changes a custom QR code; what would change is shown before it is saved.

import { Button, Group, Paper, Stack, Title } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite } from "../../app/session";
import { BeforeAfter } from "../../parts/BeforeAfter";
import { Problem } from "../../parts/Problem";
import { argumentsOf, differs, draftOf, type QrCodeDraft, wrongIn } from "./draft";
import { PasteAgain } from "./PasteAgain";
import type { QrLinkCard } from "./queries";
import { QrCodeFields } from "./QrCodeFields";

export function EditQrCode({ card }: { card: QrLinkCard }) {
  const { t } = useTranslation("qr-codes");
  const mayWrite = useMayWrite();
  // Untouched it follows what others change.
  const [touched, setTouched] = useState<QrCodeDraft | null>(null);
  const draft = touched ?? draftOf(card);
  const save = useCarryOut("update_qr_link", { onDone: () => setTouched(null) });
  const wrong = wrongIn(draft);
  const changed = differs(draft, card);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (wrong.length === 0) save.mutate({ slug: card.slug, ...argumentsOf(draft) });
  };
  return (
    <Paper component="form" withBorder p="md" onSubmit={submit} noValidate>
      <Stack>
        <Title order={2} size="h4">
          {t("settings")}
        </Title>
        <QrCodeFields draft={draft} wrong={wrong} disabled={!mayWrite} onChange={setTouched} />
        {changed && wrong.length === 0 && <Difference draft={draft} card={card} />}
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
    </Paper>
  );
}

function Difference({ draft, card }: { draft: QrCodeDraft; card: QrLinkCard }) {
  const { t } = useTranslation("qr-codes");
  const after = argumentsOf(draft);
  return (
    <>
      <BeforeAfter
        values={[
          { label: t("fields.name"), before: card.name, after: after.name },
          {
            label: t("fields.link_type"),
            before: t(`link_type.${card.link_type}`),
            after: t(`link_type.${draft.linkType}`),
          },
          {
            label: t("fields.email_variable"),
            before: card.email_variable,
            after: after.email_variable ?? null,
          },
          {
            label: t("fields.phone_variable"),
            before: card.phone_variable,
            after: after.phone_variable ?? null,
          },
        ]}
      />
      <PasteAgain before={card} after={after} />
    </>
  );
}
