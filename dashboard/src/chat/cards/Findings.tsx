// What a diagnosis found: each finding with its evidence.

import { Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";

type Finding = Schemas["FindingLine"];

const COLOURS = { problem: "red", doubt: "orange", unknown: "gray", ok: "teal" } as const;

export function Findings({ diagnosis }: { diagnosis: Schemas["Diagnosis"] }) {
  const { t } = useTranslation("chat");
  const findings = diagnosis.findings.filter((each) => typeof each === "object");
  const open = findings.filter((each) => each.state !== "ok");
  const fine = findings.length - open.length;
  return (
    <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
      {open.map((each) => (
        <OneFinding key={each.check} finding={each} />
      ))}
      {fine > 0 && (
        <Text component="li" size="xs" c="dimmed">
          {t("cards.in_order", { count: fine })}
        </Text>
      )}
    </Stack>
  );
}

function OneFinding({ finding }: { finding: Finding }) {
  const { t } = useTranslation("chat");
  return (
    <Paper withBorder p="sm" component="li">
      <Stack gap={4}>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Text size="sm" fw={500} className="breakable">
            {finding.says}
          </Text>
          <Badge variant="light" tt="none" color={COLOURS[finding.state]} flex="none">
            {t(`cards.finding.${finding.state}`)}
          </Badge>
        </Group>
        {finding.fix && (
          <Text size="sm" className="breakable">
            {finding.fix}
          </Text>
        )}
        {finding.evidence.length > 0 && <Evidence finding={finding} />}
      </Stack>
    </Paper>
  );
}

function Evidence({ finding }: { finding: Finding }) {
  const { t } = useTranslation("chat");
  return (
    <details>
      <summary>
        <Text span size="xs">
          {t("cards.evidence")}
        </Text>
      </summary>
      <Stack component="dl" gap={2} m={0} mt={4}>
        {finding.evidence.map(({ what, value }) => (
          <Text key={what} size="xs" component="div" className="breakable">
            <Text span inherit component="dt" c="dimmed">
              {what}:{" "}
            </Text>
            <Text span inherit component="dd" m={0}>
              {value}
            </Text>
          </Text>
        ))}
      </Stack>
    </details>
  );
}
