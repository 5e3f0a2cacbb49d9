// A custom QR code in the list: its name leads to all of it.

import { Anchor, Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { QrCodeRow, QrLinkCard } from "./queries";
import { Steps } from "./Steps";

export function QrCodeLine({ row }: { row: QrCodeRow }) {
  const { t } = useTranslation("qr-codes");
  const { qr_link: card } = row;
  const linking = card.link_type === "klaviyo_linkage";
  return (
    <Paper component="li" withBorder p="md">
      <Group justify="space-between" gap="sm">
        <Stack gap={4} miw={0}>
          <Group gap="xs">
            <Anchor component={Link} to={`/qr-codes/code/${card.slug}`} fw={600} className="breakable">
              {card.name}
            </Anchor>
            <Badge variant="light" color={linking ? "teal" : "gray"} tt="none">
              {t(`link_type.${card.link_type}`)}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {t(`matches.${matchedBy(card)}`)}
          </Text>
        </Stack>
        <Steps row={row} />
      </Group>
    </Paper>
  );
}

/** By what a customer is found in Klaviyo. */
export function matchedBy(card: QrLinkCard): "email" | "phone" | "both" | "nobody" {
  if (card.email_variable !== null) return card.phone_variable !== null ? "both" : "email";
  return card.phone_variable !== null ? "phone" : "nobody";
}
