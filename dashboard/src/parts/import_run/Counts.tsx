// What profiles came to; only what there is any of.

import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { Count } from "../Count";

type Each = Schemas["ImportCounts"];

const ALWAYS = ["profiles", "valid", "friends"] as const;
const WHERE_ANY = [
  "strangers",
  "linked",
  "already_linked",
  "waiting",
  "shared",
  "conflicts",
  "barred",
  "too_widely_shared",
  "malformed",
  "several_ids",
  "empty",
  "erased",
] as const satisfies readonly (keyof Each)[];

export function Counts({ counts }: { counts: Each }) {
  const { t } = useTranslation("integration");
  const shown = [...ALWAYS, ...WHERE_ANY.filter((each) => counts[each] > 0)];
  return (
    <Group component="dl" gap="lg" m={0} align="flex-start">
      {shown.map((each) => (
        <Stack key={each} gap={0} component="div">
          <Text component="dt" size="xs" c="dimmed">
            {t(`counts.${each}`)}
          </Text>
          <Text component="dd" m={0} fw={600} style={{ fontVariantNumeric: "tabular-nums" }}>
            <Count of={counts[each]} />
          </Text>
        </Stack>
      ))}
    </Group>
  );
}
