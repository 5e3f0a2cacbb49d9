// How many friends are linked, as a bar; or how one friend stands.

import { Anchor, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Gives } from "../../api/client";
import { Count } from "../../parts/Count";

type Told = Gives<"query_linkage_status">;
type Report = Extract<Told, { friends: number }>;
type OneFriend = Exclude<Told, Report>;

const COLOURS = {
  qr_link: "teal.7",
  form_linkage: "blue.7",
  import: "grape.7",
  auto_link: "orange.7",
  pin: "gray.7",
} as const;

type Method = keyof typeof COLOURS;

export function Linkage({ data }: { data: Told }) {
  return "friends" in data ? <Everybody report={data} /> : <OneOf friend={data} />;
}

function Everybody({ report }: { report: Report }) {
  const { t } = useTranslation("chat");
  const of = Math.max(report.friends, 1);
  const methods = (Object.keys(COLOURS) as Method[]).filter((each) => countOf(report, each) > 0);
  return (
    <Paper withBorder p="sm">
      <Stack gap="xs">
        <Text size="sm" fw={600}>
          {t("cards.linked_of", { linked: report.linked, friends: report.friends })}
        </Text>
        <Progress.Root size="lg" aria-hidden="true">
          {methods.map((each) => (
            <Progress.Section
              key={each}
              value={(countOf(report, each) / of) * 100}
              color={COLOURS[each]}
            />
          ))}
        </Progress.Root>
        <Group component="dl" gap="md" m={0}>
          {methods.map((each) => (
            <Group key={each} gap={6} component="div">
              <Text component="dt" size="xs">
                <Text span c={COLOURS[each]} aria-hidden="true">
                  ●{" "}
                </Text>
                {t(`cards.method.${each}`)}
              </Text>
              <Text component="dd" m={0} size="xs" fw={600}>
                <Count of={countOf(report, each)} />
              </Text>
            </Group>
          ))}
        </Group>
        <Anchor component={Link} to="/overview" size="sm">
          {t("cards.open_overview")}
        </Anchor>
      </Stack>
    </Paper>
  );
}

function countOf(report: Report, method: Method): number {
  return report.by_method?.[method] ?? 0;
}

function OneOf({ friend }: { friend: OneFriend }) {
  const { t } = useTranslation("chat");
  return (
    <Group gap="md">
      <Text size="sm" fw={600}>
        {t(friend.linked ? "cards.is_linked" : "cards.is_unlinked")}
      </Text>
      <Anchor component={Link} to={`/friends/${friend.line_user_id}`} size="sm">
        {t("cards.open_friend")}
      </Anchor>
      {friend.view_in_klaviyo && (
        <Anchor href={friend.view_in_klaviyo} target="_blank" rel="noreferrer" size="sm">
          {t("cards.view_in_klaviyo")}
        </Anchor>
      )}
    </Group>
  );
}
