// How coverage went: the chart, and the same as a table.

import { SegmentedControl, Table, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { Count } from "../../parts/Count";
import { Loaded } from "../../parts/Loaded";
import { CoverageChart, dayIn } from "./CoverageChart";
import { coverageQuery } from "./figures";
import { Section } from "./Section";

const PERIODS = [30, 90, 365] as const;

export function Coverage() {
  const { t } = useTranslation("overview");
  const [days, setDays] = useState(30);
  const query = useQuery({ ...coverageQuery(days), placeholderData: keepPreviousData });
  return (
    <Section
      title={t("coverage.title")}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t("coverage.days")}
          value={String(days)}
          onChange={(chosen) => setDays(Number(chosen))}
          data={PERIODS.map((each) => ({
            value: String(each),
            label: t(`coverage.days_${each}`),
          }))}
        />
      }
    >
      <Loaded query={query}>{(rows) => <Drawn rows={rows} />}</Loaded>
    </Section>
  );
}

function Drawn({ rows }: { rows: Schemas["CoverageRow"][] }) {
  const { t, i18n } = useTranslation("overview");
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last) return <Text size="sm">{t("methods_none")}</Text>;
  if (first === last) return <Text size="sm">{t("coverage.first_day", { ...last })}</Text>;
  const alt = t("coverage.alt", {
    first: dayIn(first.day, i18n.language),
    last: dayIn(last.day, i18n.language),
    friends_then: first.friends,
    friends_now: last.friends,
    linked_then: first.linked,
    linked_now: last.linked,
  });
  return (
    <>
      <CoverageChart rows={rows} alt={alt} />
      <details>
        <summary>
          <Text span size="sm">
            {t("coverage.table")}
          </Text>
        </summary>
        <Days rows={rows} />
      </details>
    </>
  );
}

function Days({ rows }: { rows: Schemas["CoverageRow"][] }) {
  const { t, i18n } = useTranslation("overview");
  return (
    <Table verticalSpacing={4} mt="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("coverage.day")}</Table.Th>
          <Table.Th ta="right">{t("friends")}</Table.Th>
          <Table.Th ta="right">{t("linked")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.toReversed().map((row) => (
          <Table.Tr key={row.day}>
            <Table.Td>{dayIn(row.day, i18n.language)}</Table.Td>
            <Table.Td ta="right">
              <Count of={row.friends} />
            </Table.Td>
            <Table.Td ta="right">
              <Count of={row.linked} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
