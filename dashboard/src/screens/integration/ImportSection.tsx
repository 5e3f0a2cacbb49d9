// Import Existing LINE User IDs: the source, the run that goes on, and how to stop.

import { Alert, Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Gives } from "../../api/client";
import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite } from "../../app/session";
import { Confirm } from "../../parts/Confirm";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { When } from "../../parts/When";
import { importIsRunning, importQuery } from "../../api/queries";
import { RunCard } from "../../parts/import_run/RunCard";
import { Section } from "./Section";

export function ImportSection() {
  const { t } = useTranslation("integration");
  const query = useQuery(importQuery);
  const set = query.data !== undefined && query.data.block.setting !== null;
  return (
    <Section title={t("import.title")} about={t("import.about")} action={set && <Actions />}>
      <Loaded query={query}>{({ block }) => <Standing report={block} />}</Loaded>
    </Section>
  );
}

function Actions() {
  const { t } = useTranslation("integration");
  return useMayWrite() ? (
    <Group gap="xs">
      <Button component={Link} to="/integration/import" variant="default">
        {t("import.change")}
      </Button>
      <StopImport />
    </Group>
  ) : null;
}

function Standing({ report }: { report: Gives<"show_import"> }) {
  const { t } = useTranslation("integration");
  const mayWrite = useMayWrite();
  const { setting, runs, next_run_at: next } = report;
  const last = runs[0];
  if (setting === null) {
    return (
      <Stack>
        <Empty title={t("import.empty")}>
          {mayWrite && (
            <Button component={Link} to="/integration/import">
              {t("import.set_up")}
            </Button>
          )}
        </Empty>
        {last && importIsRunning(last) && <RunCard run={last} />}
      </Stack>
    );
  }
  return (
    <Stack>
      <dl style={{ margin: 0, display: "grid", gap: "0.5rem" }}>
        <Fact name={t("import.segment")} value={setting.segment_name} />
        <Fact name={t("import.property")} value={setting.property} />
      </dl>
      {last?.state === "failed" && <Failed error={last.error} />}
      {last && <RunCard run={last} />}
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {next && !(last && importIsRunning(last)) && (
            <>
              {t("import.next")} <When at={next} />
            </>
          )}
        </Text>
        <Anchor component={Link} to="/integration/history" size="sm">
          {t("import.all_runs")}
        </Anchor>
      </Group>
    </Stack>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <Group gap="xs" component="div">
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} size="sm" fw={600} className="breakable">
        {value}
      </Text>
    </Group>
  );
}

function Failed({ error }: { error: string | null }) {
  const { t } = useTranslation("integration");
  return (
    <Alert color="red" variant="light" title={t("import.failed")} role="alert">
      {error && <Text size="sm">{error}</Text>}
      <Text size="sm" mt={4}>
        {t("import.failed_how")}
      </Text>
      <Group gap="xs" mt="sm">
        {useMayWrite() && (
          <Button component={Link} to="/integration/import" size="xs" variant="default">
            {t("import.change")}
          </Button>
        )}
        <Button component={Link} to="/connections" size="xs" variant="default">
          {t("import.connections")}
        </Button>
      </Group>
    </Alert>
  );
}

function StopImport() {
  const { t } = useTranslation("integration");
  const [asking, { open, close }] = useDisclosure(false);
  const stop = useCarryOut("stop_import", { done: t("import.stopped"), onDone: close });
  return (
    <>
      <Button variant="default" onClick={open}>
        {t("import.stop")}
      </Button>
      <Confirm
        opened={asking}
        title={t("import.stop_title")}
        text={t("import.stop_text")}
        action={t("import.stop")}
        busy={stop.isPending}
        error={stop.error}
        onConfirm={() => stop.mutate({})}
        onClose={close}
      />
    </>
  );
}
