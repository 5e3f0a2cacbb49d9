// Linked customers by method, and the methods that would help.

import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { useAgentPanel } from "../../app/agent_panel";
import { Count } from "../../parts/Count";
import { Section } from "./Section";

type Method = Schemas["Method"];

export function Methods({ report }: { report: Schemas["LinkageReport"] }) {
  const { t, i18n } = useTranslation("overview");
  const counts = Object.entries(report.by_method ?? {}).toSorted(([, a], [, b]) => b - a);
  const known = (name: string): name is Method => i18n.exists(`overview:method.${name}`);
  return (
    <Section title={t("methods_title")}>
      <Stack gap="sm">
        {counts.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("methods_none")}
          </Text>
        )}
        {counts.map(([name, count]) => {
          const label = known(name) ? t(`method.${name}`) : name;
          return (
            <div key={name}>
              <Group justify="space-between" mb={4}>
                <Text size="sm">{label}</Text>
                <Text size="sm" fw={600}>
                  <Count of={count} />
                </Text>
              </Group>
              <Progress
                value={(100 * count) / Math.max(1, report.linked)}
                aria-label={label}
                size="md"
              />
            </div>
          );
        })}
        {report.hints?.map(({ method }) => <Hint key={method} method={method} />)}
      </Stack>
    </Section>
  );
}

function Hint({ method }: { method: Method }) {
  const { t } = useTranslation("overview");
  const { write } = useAgentPanel();
  const name = { method: t(`method.${method}`) };
  return (
    <Group justify="space-between" gap="xs">
      <Text size="sm" flex="1 1 200px">
        {t("hint", name)}
      </Text>
      <Button size="xs" variant="light" onClick={() => write(t("hint_sentence", name))}>
        {t("hint_setup")}
      </Button>
    </Group>
  );
}
