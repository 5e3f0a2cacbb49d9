// Emails keep the link that was pasted: says so before it changes.

import { Alert, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Takes } from "../../api/client";
import type { QrLinkCard } from "./queries";

interface PasteAgainProps {
  before: QrLinkCard;
  after: Takes<"create_qr_link">;
}

export function PasteAgain({ before, after }: PasteAgainProps) {
  const { t } = useTranslation("qr-codes");
  const same =
    before.email_variable === after.email_variable &&
    before.phone_variable === after.phone_variable;
  if (same) return null;
  return (
    <Alert color="yellow" variant="light" title={t("paste_again.title")} role="status">
      <Text size="sm">{t("paste_again.text")}</Text>
    </Alert>
  );
}
