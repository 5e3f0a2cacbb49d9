// The set-up plan: its steps, and how far it is.

import { Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Thread } from "./thread";

const MARKS = { done: "✓", now: "▸", to_come: "○", skipped: "–" } as const;

type State = keyof typeof MARKS;

export function PlanCard({ plan }: { plan: Thread["plan"] }) {
  const { t } = useTranslation("chat");
  const steps = plan.map((each) => ({ title: each.title ?? "", state: stateOf(each.state) }));
  const over = steps.filter(({ state }) => state === "done" || state === "skipped").length;
  const now = steps.find(({ state }) => state === "now");
  return (
    <Paper withBorder p="xs" component="details" className="chat-plan">
      <Group component="summary" gap="xs" wrap="nowrap">
        <Text size="sm" fw={600} truncate flex={1}>
          {now?.title ?? t("plan.title")}
        </Text>
        <Text size="xs" c="dimmed" flex="none">
          {t("plan.of", { done: over, all: steps.length })}
        </Text>
      </Group>
      <Progress
        value={(over / steps.length) * 100}
        size="xs"
        my="xs"
        aria-label={t("plan.title")}
      />
      <Stack component="ol" gap={4} m={0} p={0} style={{ listStyle: "none" }}>
        {steps.map(({ title, state }) => (
          <Text
            key={title}
            component="li"
            size="sm"
            fw={state === "now" ? 600 : 400}
            {...(state === "to_come" || state === "skipped" ? { c: "dimmed" } : {})}
            {...(state === "now" ? { "aria-current": "step" as const } : {})}
          >
            <span aria-hidden="true">{MARKS[state]} </span>
            {title}
            <span className="only-heard"> {t(`plan.state.${state}`)}</span>
          </Text>
        ))}
      </Stack>
    </Paper>
  );
}

function stateOf(told: string | null | undefined): State {
  return told && Object.hasOwn(MARKS, told) ? (told as State) : "to_come";
}
