// One run of the import: how far it is, and what became of the profiles.

import { Badge, Group, Loader, Paper, Progress, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { importIsRunning, type ImportRun } from "../../api/queries";
import { When } from "../When";
import { Counts } from "./Counts";

const COLOURS = { running: "teal", done: "green", failed: "red", stopped: "gray" } as const;

type State = keyof typeof COLOURS;

export function RunCard({ run }: { run: ImportRun }) {
  const { t } = useTranslation("integration");
  const state = stateOf(run);
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text size="sm" fw={600}>
            {t(`extent.${run.extent ?? "friends"}`)}
          </Text>
          <Group gap="xs">
            <Text size="sm" c="dimmed">
              <When at={run.started_at} />
            </Text>
            <Badge variant="light" color={COLOURS[state]} tt="none">
              {t(`state.${state}`)}
            </Badge>
          </Group>
        </Group>
        {importIsRunning(run) && <HowFar run={run} />}
        <Counts counts={run.counts} />
        {run.looks_foreign && (
          <Text size="sm" fw={500}>
            {t("import.foreign")}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

function HowFar({ run }: { run: ImportRun }) {
  const { t } = useTranslation("integration");
  const of = run.expected;
  const part = of ? Math.min(100, Math.round((run.counts.profiles / of) * 100)) : 0;
  const read = run.counts.profiles;
  return (
    <Stack gap={4}>
      {of ? <Progress value={part} animated aria-label={t("import.progress")} /> : null}
      <Group gap="xs">
        {/* How much there is Klaviyo does not always tell: then only that it goes on. */}
        {!of && <Loader size="xs" type="dots" aria-hidden="true" />}
        <Text size="sm">
          {of ? t("import.read_of", { read, of }) : t("import.read", { count: read })}
        </Text>
      </Group>
      {run.waits_until && (
        <Text size="sm" c="dimmed">
          {t("import.waits")} <When at={run.waits_until} />
          {run.error && ` · ${run.error}`}
        </Text>
      )}
    </Stack>
  );
}

function stateOf({ state }: ImportRun): State {
  // The document says no more than that it is a text.
  return Object.hasOwn(COLOURS, state) ? (state as State) : "stopped";
}
