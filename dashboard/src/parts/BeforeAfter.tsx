// What saving would change: each value as it is, and as it would be.

import { Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

export interface ChangedValue {
  label: string;
  /** Null is nothing. */
  before: string | null;
  after: string | null;
}

export function BeforeAfter({ values }: { values: readonly ChangedValue[] }) {
  const { t } = useTranslation("app");
  const changed = values.filter(({ before, after }) => before !== after);
  if (changed.length === 0) return null;
  return (
    <Paper withBorder p="sm" role="group" aria-label={t("before_after.title")}>
      <Stack gap="xs">
        <Text size="sm" fw={600}>
          {t("before_after.title")}
        </Text>
        {changed.map(({ label, before, after }) => (
          <Stack key={label} gap={2}>
            <Text size="sm" fw={500}>
              {label}
            </Text>
            <Group gap="md" align="flex-start">
              <Value name={t("before_after.before")} value={before} />
              <Value name={t("before_after.after")} value={after} strong />
            </Group>
          </Stack>
        ))}
      </Stack>
    </Paper>
  );
}

interface ValueProps {
  name: string;
  value: string | null;
  strong?: boolean;
}

function Value({ name, value, strong = false }: ValueProps) {
  const { t } = useTranslation("app");
  return (
    <Text size="sm" flex={1} miw={200} className="breakable">
      <Text span size="xs" c="dimmed" display="block">
        {name}
      </Text>
      <Text span inherit {...(strong ? { fw: 600 } : { c: "dimmed" })}>
        {value ?? t("before_after.nothing")}
      </Text>
    </Text>
  );
}
