// Klaviyo Sync Info: linked or not, by what, since when, and the way to Klaviyo.

import { Alert, Button, SimpleGrid, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { When } from "../../parts/When";
import { Card } from "./Card";
import { METHODS, oneOf } from "./filters";
import { LinkageBadge } from "./LongList";

type Info = Schemas["KlaviyoSyncInfo"];

export function SyncInfo({ info }: { info: Info }) {
  const { t } = useTranslation("friends");
  const method = oneOf(METHODS, info.method);
  const none = t("info.none");
  return (
    <Card title={t("info.title")}>
      <SimpleGrid component="dl" cols={{ base: 1, xs: 2 }} spacing="md" m={0}>
        <Fact name={t("info.linkage")}>
          <LinkageBadge linked={info.linked} suspended={info.suspended ?? false} />
        </Fact>
        <Fact name={t("info.method")}>{method ? t(`method.${method}`) : none}</Fact>
        <Fact name={t("info.matched_by")}>
          {info.matched_by.length > 0 ? info.matched_by.join(", ") : none}
        </Fact>
        <Fact name={t("info.linked_since")}>
          {info.linked_since ? <When at={info.linked_since} /> : none}
        </Fact>
        <Fact name={t("info.last_synced")}>
          {info.last_synced ? <When at={info.last_synced} /> : none}
          {info.sync_pending && ` (${t("info.pending")})`}
        </Fact>
        <Fact name={t("info.profile")}>{info.profile_id ?? none}</Fact>
        <Fact name={t("info.line_user_id")}>{info.line_user_id}</Fact>
        {info.evidence && <Fact name={t("info.evidence")}>{info.evidence}</Fact>}
      </SimpleGrid>
      {(info.labels ?? []).map((each) => (
        <Alert key={each.code} color="yellow" variant="light" title={each.reason}>
          {each.next_step}
        </Alert>
      ))}
      {info.view_in_klaviyo && (
        <Button
          component="a"
          href={info.view_in_klaviyo}
          target="_blank"
          rel="noreferrer"
          variant="default"
          w="fit-content"
        >
          {t("info.view")}
        </Button>
      )}
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Stack gap={2}>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0} className="breakable">
        {children}
      </Text>
    </Stack>
  );
}
