// Makes a custom QR code, and then opens it, where its linking URL is.

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
import { argumentsOf, FRESH, wrongIn } from "./draft";
import { QrCodeFields } from "./QrCodeFields";

export function NewQrCode() {
  const { t } = useTranslation("qr-codes");
  const mayWrite = useMayWrite();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(FRESH);
  const [tried, setTried] = useState(false);
  const save = useCarryOut("create_qr_link", {
    done: t("created"),
    onDone: ({ block }) => void navigate(`/qr-codes/code/${block.slug}`),
  });
  const wrong = wrongIn(draft);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (wrong.length === 0) save.mutate(argumentsOf(draft));
  };
  return (
    <>
      <BackLink to="/qr-codes" label={t("title")} />
      <PageHead title={t("new.title")} about={t("new.about")} />
      <OnlyLooking />
      <Paper component="form" withBorder p="md" maw={680} onSubmit={submit} noValidate>
        <Stack>
          <QrCodeFields
            draft={draft}
            wrong={tried ? wrong : []}
            disabled={!mayWrite}
            onChange={setDraft}
          />
          {save.error && <Problem error={save.error} />}
          {mayWrite && (
            <Group justify="flex-end">
              <Button component={Link} to="/qr-codes" variant="default">
                {t("cancel")}
              </Button>
              <Button type="submit" loading={save.isPending}>
                {t("new.save")}
              </Button>
            </Group>
          )}
        </Stack>
      </Paper>
    </>
  );
}
