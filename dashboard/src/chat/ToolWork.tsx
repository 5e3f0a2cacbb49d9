// A tool that was called: what became of it, its card, and the way back.

import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useToolTitles } from "../parts/tool_titles";
import { ResultCard } from "./cards/ResultCard";
import type { Outcome } from "./events";
import { Undo } from "./Undo";

interface ToolWorkProps {
  tool: string;
  /** Null while it works, or waits for a yes or no. */
  outcome: Outcome | null;
}

const MARKS = { done: "✓", error: "!", rejected: "✕", superseded: "✕", interrupted: "✕" } as const;

export function ToolWork({ tool, outcome }: ToolWorkProps) {
  const { t } = useTranslation("chat");
  const title = useToolTitles()(tool) ?? tool.replaceAll("_", " ");
  if (!outcome) return null;
  const { status, change_id: change } = outcome;
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" c={status === "error" ? "red" : "dimmed"}>
          <span aria-hidden="true">{MARKS[status]} </span>
          {t(`tool.${status}`, { tool: title })}
        </Text>
        {change !== undefined && <Undo change={change} what={title} />}
      </Group>
      {status === "done" && outcome.data !== undefined && (
        <ResultCard tool={tool} data={outcome.data} />
      )}
    </Stack>
  );
}
