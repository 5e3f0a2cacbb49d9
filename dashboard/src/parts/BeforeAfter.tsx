// What saving would change: each value as it is, and as it would be.

import { Paper, Stack, Table, Text } from "@mantine/core";
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
        <Table layout="fixed" verticalSpacing={6} className="breakable">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" w="28%">
                {t("before_after.what")}
              </Table.Th>
              <Table.Th scope="col">{t("before_after.before")}</Table.Th>
              <Table.Th scope="col">{t("before_after.after")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changed.map(({ label, before, after }) => (
              <Table.Tr key={label}>
                <Table.Th scope="row" fw={500}>
                  {label}
                </Table.Th>
                <Table.Td c="dimmed">{before ?? t("before_after.nothing")}</Table.Td>
                <Table.Td fw={600}>{after ?? t("before_after.nothing")}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Stack>
    </Paper>
  );
}
