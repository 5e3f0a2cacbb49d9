// What happened with a friend: links that began and ended, and each attempt.

import { List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { When } from "../../parts/When";
import { Card } from "./Card";
import { METHODS, oneOf } from "./filters";

const ENTRIES = ["linked", "unlinked"] as const;

export function History({ info }: { info: Schemas["KlaviyoSyncInfo"] }) {
  const { t } = useTranslation("friends");
  return (
    <>
      <Card title={t("history.links")}>
        {info.trail.length === 0 && <Text size="sm">{t("history.no_links")}</Text>}
        <List size="sm">
          {info.trail.map((each) => (
            <List.Item key={`${each.what}${each.at}`} className="breakable">
              {entry(oneOf(ENTRIES, each.what))} {each.profile_id} · <When at={each.at} />
            </List.Item>
          ))}
        </List>
      </Card>
      <Card title={t("history.attempts")}>
        {info.attempts.length === 0 && <Text size="sm">{t("history.no_attempts")}</Text>}
        <List size="sm">
          {info.attempts.map((each) => (
            <List.Item key={`${each.claimed_at}${each.row}`}>
              {methodName(oneOf(METHODS, each.method))} · <When at={each.claimed_at} />
              <Text size="sm" c="dimmed">
                {each.reason}
              </Text>
            </List.Item>
          ))}
        </List>
      </Card>
    </>
  );

  function entry(what: (typeof ENTRIES)[number] | null): string {
    return t(`history.${what ?? "other"}`);
  }

  function methodName(method: (typeof METHODS)[number] | null): string {
    return method ? t(`method.${method}`) : t("info.none");
  }
}
