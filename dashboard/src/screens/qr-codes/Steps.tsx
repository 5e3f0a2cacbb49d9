// How often it was opened, and how many people came how far.

import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Count } from "../../parts/Count";
import type { QrCodeRow } from "./queries";

export function Steps({ row }: { row: QrCodeRow }) {
  const { t } = useTranslation("qr-codes");
  const opened = ["opened", row.qr_link.opened] as const;
  // With Link Type None nobody logs in: LINE alone knows who added the account.
  const people =
    row.qr_link.link_type === "none"
      ? []
      : ([
          ["logged_in", row.logged_in],
          ["friends", row.friends],
          ["linked", row.linked],
        ] as const);
  return (
    <Group component="dl" gap="md" m={0} w={{ base: "auto", sm: 400 }}>
      {[opened, ...people].map(([step, count]) => (
        <Stack key={step} gap={0} component="div" miw={72}>
          <Text component="dt" size="xs" c="dimmed">
            {t(`steps.${step}`)}
          </Text>
          <Text component="dd" m={0} fw={600} size="lg" style={{ fontVariantNumeric: "tabular-nums" }}>
            <Count of={count} />
          </Text>
        </Stack>
      ))}
    </Group>
  );
}
