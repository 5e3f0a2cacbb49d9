// Auto-link by email or phone number, and the whole integration: on or off.

import { Alert, Divider, Stack, Switch, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite } from "../../app/session";
import { Confirm } from "../../parts/Confirm";
import { Loaded } from "../../parts/Loaded";
import { Problem } from "../../parts/Problem";
import { switchesQuery } from "./queries";
import { Section } from "./Section";

export function Switches() {
  const { t } = useTranslation("integration");
  const query = useQuery(switchesQuery);
  return (
    <Section title={t("switches.title")}>
      <Loaded query={query}>
        {(switches) => (
          <Stack>
            <AutoLink switches={switches} />
            <Divider />
            <Integration on={switches.integration_on} />
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}

function AutoLink({ switches }: { switches: Schemas["Switches"] }) {
  const { t } = useTranslation("integration");
  const mayWrite = useMayWrite();
  const turn = useCarryOut("set_auto_link");
  const { auto_link_on: on, integration_on: integrationOn } = switches;
  return (
    <Stack gap="xs">
      <Switch
        label={t("switches.auto_link")}
        description={t("switches.auto_link_about")}
        checked={on}
        disabled={!mayWrite || turn.isPending}
        onChange={() => turn.mutate({ on: !on })}
      />
      {on && !integrationOn && (
        <Text size="sm" c="dimmed">
          {t("switches.auto_link_waits")}
        </Text>
      )}
      {turn.error && <Problem error={turn.error} />}
    </Stack>
  );
}

function Integration({ on }: { on: boolean }) {
  const { t } = useTranslation("integration");
  const mayWrite = useMayWrite();
  const [asking, { open, close }] = useDisclosure(false);
  const turn = useCarryOut("set_integration", { onDone: close });
  return (
    <Stack gap="xs">
      <Switch
        label={t("switches.integration")}
        description={t("switches.integration_about")}
        checked={on}
        disabled={!mayWrite || turn.isPending}
        onChange={() => (on ? open() : turn.mutate({ on: true }))}
      />
      {!on && (
        <Alert color="yellow" variant="light" title={t("switches.paused")}>
          <Text size="sm">{t("switches.paused_about")}</Text>
        </Alert>
      )}
      {turn.error && !asking && <Problem error={turn.error} />}
      <Confirm
        opened={asking}
        title={t("switches.pause_title")}
        text={t("switches.pause_text")}
        action={t("switches.pause")}
        busy={turn.isPending}
        error={turn.error}
        onConfirm={() => turn.mutate({ on: false })}
        onClose={close}
      />
    </Stack>
  );
}
