// The picture of a custom QR code: for print, or a sample of what an email shows.

import { Button, Group, Image, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/client";

const SIDE = 200;

export function QrImage({ card }: { card: Schemas["QrLinkCard"] }) {
  const { t } = useTranslation("qr-codes");
  const picture = `/l/${card.slug}/qr`;
  return (
    <Stack gap="xs" w={SIDE}>
      {/* White around it in the dark too: scanners need the edge. */}
      <Image
        src={`${picture}.svg`}
        alt={t("image.alt", { name: card.name })}
        w={SIDE}
        h={SIDE}
        bg="white"
        radius="md"
      />
      {card.link_type === "none" ? (
        <Group gap="xs" grow>
          {(["png", "svg"] as const).map((kind) => (
            <Button
              key={kind}
              component="a"
              href={`${picture}.${kind}`}
              download={`${card.name}.${kind}`}
              variant="default"
              size="xs"
              aria-label={t("image.download", { kind: kind.toUpperCase() })}
            >
              {kind.toUpperCase()}
            </Button>
          ))}
        </Group>
      ) : (
        <Text size="xs" c="dimmed">
          {t("image.sample")}
        </Text>
      )}
    </Stack>
  );
}
