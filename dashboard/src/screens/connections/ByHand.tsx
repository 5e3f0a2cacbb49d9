// What no program can set in LINE's console: the steps that a person takes there.

import { List, Paper, Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { CopyField } from "../../parts/CopyField";

export function ByHand({ connections }: { connections: Schemas["Connections"] }) {
  const { t } = useTranslation("connections");
  return (
    <Paper withBorder p="md" component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t("by_hand.title")}
        </Title>
        <CopyField label={t("by_hand.callback")} value={connections.callback_url} />
        <CopyField label={t("by_hand.webhook")} value={connections.webhook_url} />
        <List size="sm" spacing={4}>
          <List.Item>{t("by_hand.use")}</List.Item>
          <List.Item>{t("by_hand.publish")}</List.Item>
          <List.Item>{t("by_hand.linked")}</List.Item>
        </List>
      </Stack>
    </Paper>
  );
}
