// The health check: what both platforms say at this moment, and each check's fix.

import { Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { toolQuery } from "../../api/queries";
import { useAgentPanel } from "../../app/agent_panel";
import { Loaded } from "../../parts/Loaded";

const COLORS = { ok: "teal", missing: "orange", failed: "red", unknown: "gray" } as const;

type Check = Schemas["SetupCheck"];

export function Health({ webhookUrl }: { webhookUrl: string }) {
  const { t } = useTranslation("connections");
  const query = useQuery(toolQuery("check_setup", {}));
  return (
    <Paper withBorder p="md" component="section">
      <Group justify="space-between" mb="sm">
        <Stack gap={0}>
          <Title order={2} size="h4">
            {t("health.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("health.about")}
          </Text>
        </Stack>
        <Button
          size="xs"
          variant="default"
          loading={query.isFetching}
          onClick={() => void query.refetch()}
        >
          {t("health.again")}
        </Button>
      </Group>
      <Loaded query={query}>
        {({ block: { checks } }) => <Checks checks={checks} webhookUrl={webhookUrl} />}
      </Loaded>
    </Paper>
  );
}

function Checks({ checks, webhookUrl }: { checks: Check[]; webhookUrl: string }) {
  const { t } = useTranslation("connections");
  const open = checks.filter((each) => each.state !== "ok");
  const fine = checks.filter((each) => each.state === "ok");
  return (
    <Stack gap="sm">
      <Text fw={500} role="status">
        {open.length === 0 ? t("health.all_ok") : t("health.open", { count: open.length })}
      </Text>
      {open.map((each) => (
        <Open key={`${each.platform} ${each.what}`} check={each} webhookUrl={webhookUrl} />
      ))}
      {fine.length > 0 && <InOrder checks={fine} />}
    </Stack>
  );
}

function Open({ check, webhookUrl }: { check: Check; webhookUrl: string }) {
  const { t } = useTranslation("connections");
  const { write } = useAgentPanel();
  const { name, says, fix } = useCheckWords(check, webhookUrl);
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text fw={500}>{name}</Text>
        <Badge variant="light" tt="none" color={COLORS[check.state]} flex="none">
          {t(`state.${check.state}`)}
        </Badge>
      </Group>
      <Text size="sm" className="breakable">
        {says}
      </Text>
      <Group justify="space-between" align="flex-end" gap="xs">
        <Text size="sm" c="dimmed" className="breakable" flex="1 1 240px">
          {fix}
        </Text>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => write(t("health.ask_sentence", { what: name }))}
        >
          {t("health.ask")}
        </Button>
      </Group>
    </Paper>
  );
}

function InOrder({ checks }: { checks: Check[] }) {
  const { t } = useTranslation("connections");
  return (
    <details>
      <summary>
        <Text span size="sm">
          {t("health.in_order", { count: checks.length })}
        </Text>
      </summary>
      <Stack gap={4} mt="xs">
        {checks.map((each) => (
          <Fine key={`${each.platform} ${each.what}`} check={each} />
        ))}
      </Stack>
    </details>
  );
}

function Fine({ check }: { check: Check }) {
  const { name, says } = useCheckWords(check, "");
  return (
    <Text size="sm" className="breakable">
      <b>{name}</b> {says}
    </Text>
  );
}

/** The program's own findings are English and say more; other languages go by check. */
function useCheckWords({ what, says, fix }: Check, url: string) {
  const { t, i18n } = useTranslation("connections");
  const key = what.toLowerCase().replaceAll(" ", "_");
  const known = (name: string) => i18n.exists(`connections:${name}`);
  const english = i18n.language === "en";
  return {
    name: known(`check.${key}`) ? t(`check.${key as "account"}`) : what,
    says: english ? says : null,
    fix: english || !known(`fix.${key}`) ? fix : t(`fix.${key as "webhook"}`, { url }),
  };
}
