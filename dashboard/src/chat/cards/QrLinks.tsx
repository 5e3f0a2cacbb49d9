// Custom QR codes: to scan from the screen, to download, and what to copy.

import { Anchor, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Schemas } from "../../api/client";
import { CopyField } from "../../parts/CopyField";
import { QrImage } from "../../parts/QrImage";
import { listed, More } from "./More";

type Card = Schemas["QrLinkCard"];

export function QrLinks({ qrLinks }: { qrLinks: readonly unknown[] }) {
  const { shown, more } = listed<Card>(qrLinks);
  return (
    <Stack gap="xs">
      {shown.map((each) => (
        <QrLink key={each.slug} card={each} />
      ))}
      <More count={more} to="/qr-codes" />
    </Stack>
  );
}

function QrLink({ card }: { card: Card }) {
  const { t } = useTranslation("chat");
  const url = card.linking_url ?? card.add_friend_url;
  return (
    <Paper withBorder p="sm" component="article" aria-label={card.name}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Text size="sm" fw={600} className="breakable">
            {card.name}
          </Text>
          <Anchor component={Link} to={`/qr-codes/${card.slug}`} size="sm">
            {t("cards.open")}
          </Anchor>
        </Group>
        <QrImage card={card} />
        {url && (
          <CopyField
            label={t(card.linking_url ? "cards.linking_url" : "cards.add_friend_url")}
            value={url}
          />
        )}
      </Stack>
    </Paper>
  );
}
