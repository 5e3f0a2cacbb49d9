// How all attempts ended, the most frequent first.

import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { Count } from "../../parts/Count";
import { useOutcomeWords } from "./outcome_words";
import { Section } from "./Section";

export function Outcomes({ attempts }: { attempts: Schemas["Attempts"][] }) {
  const { t } = useTranslation("overview");
  const words = useOutcomeWords();
  const sorted = attempts.toSorted((a, b) => b.count - a.count);
  return (
    <Section title={t("attempts.title")}>
      {sorted.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("attempts.none")}
        </Text>
      ) : (
        <Table verticalSpacing={6} layout="auto">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("attempts.why")}</Table.Th>
              <Table.Th>{t("attempts.by")}</Table.Th>
              <Table.Th ta="right">{t("attempts.count")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sorted.map((each) => {
              const { reason, next } = words(each);
              return (
                <Table.Tr key={`${each.method} ${each.code} ${each.reason}`}>
                  <Table.Td>
                    {reason}
                    {next && (
                      <Text size="xs" c="dimmed">
                        {next}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>{t(`method.${each.method}`)}</Table.Td>
                  <Table.Td ta="right">
                    <Count of={each.count} />
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}
