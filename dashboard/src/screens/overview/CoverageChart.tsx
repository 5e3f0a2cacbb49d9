// Friends and the linked among them, day by day, as two lines.

import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";

const WIDE = 640;
const HIGH = 200;
const EDGE = 8;

type Row = Schemas["CoverageRow"];

interface CoverageChartProps {
  /** Two days or more, oldest first. */
  rows: Row[];
  /** The picture in words. */
  alt: string;
}

export function CoverageChart({ rows, alt }: CoverageChartProps) {
  const { t } = useTranslation("overview");
  const at = scale(rows);
  const friends = rows.map((row) => at(row, row.friends));
  const linked = rows.map((row) => at(row, row.linked));
  return (
    <>
      <svg viewBox={`0 0 ${WIDE} ${HIGH}`} width="100%" role="img" aria-label={alt}>
        <line
          x1={EDGE}
          x2={WIDE - EDGE}
          y1={HIGH - EDGE}
          y2={HIGH - EDGE}
          stroke="var(--mantine-color-default-border)"
        />
        <polygon points={area(linked)} fill="var(--mantine-color-teal-light)" />
        <Line points={friends} color="var(--mantine-color-dimmed)" dashes="5 4" />
        <Line points={linked} color="var(--mantine-color-teal-filled)" />
      </svg>
      <Group justify="space-between" c="dimmed" aria-hidden="true">
        <Day row={rows[0]} />
        <Group gap="md">
          <Key name={t("friends")} color="var(--mantine-color-dimmed)" dashes="5 4" />
          <Key name={t("linked")} color="var(--mantine-color-teal-filled)" />
        </Group>
        <Day row={rows.at(-1)} />
      </Group>
    </>
  );
}

/** Days without a row stay as gaps in time: x goes by the date, not by the row. */
function scale(rows: Row[]) {
  const time = ({ day }: Row) => new Date(day).getTime();
  const times = rows.map(time);
  const first = Math.min(...times);
  const span = Math.max(...times) - first || 1;
  const most = Math.max(1, ...rows.map((row) => row.friends));
  return (row: Row, value: number): string => {
    const x = EDGE + ((time(row) - first) / span) * (WIDE - 2 * EDGE);
    const y = HIGH - EDGE - (value / most) * (HIGH - 2 * EDGE);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
}

function area(points: string[]): string {
  const floor = HIGH - EDGE;
  return `${EDGE},${floor} ${points.join(" ")} ${WIDE - EDGE},${floor}`;
}

interface LineProps {
  points: string[];
  color: string;
  dashes?: string;
}

function Line({ points, color, dashes }: LineProps) {
  return (
    <polyline
      points={points.join(" ")}
      fill="none"
      stroke={color}
      strokeWidth={2.5}
      strokeLinejoin="round"
      strokeDasharray={dashes}
    />
  );
}

function Key({ name, color, dashes }: { name: string; color: string; dashes?: string }) {
  return (
    <Group gap={6}>
      <svg width={22} height={8}>
        <line x1={0} x2={22} y1={4} y2={4} stroke={color} strokeWidth={3} strokeDasharray={dashes} />
      </svg>
      <Text size="xs">{name}</Text>
    </Group>
  );
}

function Day({ row }: { row: Row | undefined }) {
  const { i18n } = useTranslation();
  if (!row) return null;
  return <Text size="xs">{dayIn(row.day, i18n.language)}</Text>;
}

/** A calendar day, the same in every time zone. */
export function dayIn(day: string, language: string): string {
  const style = { dateStyle: "medium", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(language, style).format(new Date(day));
}
