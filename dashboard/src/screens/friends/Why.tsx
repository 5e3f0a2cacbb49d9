// Why a friend is not linked: the last attempt, and what a look into it finds.

import { Button, List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { toolQuery } from "../../api/queries";
import { Loaded } from "../../parts/Loaded";
import { Card } from "./Card";

export function Why({ info }: { info: Schemas["KlaviyoSyncInfo"] }) {
  const { t } = useTranslation("friends");
  const [looking, setLooking] = useState(false);
  return (
    <Card title={t("why.title")}>
      <Text size="sm">{info.why_not?.reason ?? t("why.never_tried")}</Text>
      {info.why_not && (
        <Text size="sm" c="dimmed">
          {info.why_not.next_step}
        </Text>
      )}
      {looking ? (
        <Findings lineUserId={info.line_user_id} />
      ) : (
        <Button variant="default" w="fit-content" onClick={() => setLooking(true)}>
          {t("why.look")}
        </Button>
      )}
    </Card>
  );
}

function Findings({ lineUserId }: { lineUserId: string }) {
  const { t } = useTranslation("friends");
  const query = useQuery(
    toolQuery("diagnose_linkage", { symptom: "not_linked", line_user_id: lineUserId }),
  );
  return (
    <Loaded query={query}>
      {({ block }) => (
        <Stack aria-live="polite">
          {block.findings.map((each) => (
            <Finding key={each.check} finding={each} />
          ))}
          {block.findings.length === 0 && <Text size="sm">{t("why.nothing")}</Text>}
        </Stack>
      )}
    </Loaded>
  );
}

function Finding({ finding }: { finding: Schemas["FindingLine"] }) {
  const { t } = useTranslation("friends");
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {t("why.finding", { state: t(`why.state.${finding.state}`), says: finding.says })}
      </Text>
      {finding.evidence.length > 0 && (
        <List size="sm">
          {finding.evidence.map((seen) => (
            <List.Item key={`${seen.what}${seen.value}`} className="breakable">
              {t("why.seen", { what: seen.what, value: seen.value })}
            </List.Item>
          ))}
        </List>
      )}
      {finding.fix && <Text size="sm">{finding.fix}</Text>}
    </Stack>
  );
}
