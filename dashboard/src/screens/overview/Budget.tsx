// How much of Klaviyo's rate limits our own calls use at this moment.

import { Alert, Group, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { Loaded } from "../../parts/Loaded";
import { budgetQuery } from "./figures";
import { Section } from "./Section";

type Tier = Schemas["BudgetTier"];

export function Budget() {
  const { t } = useTranslation("overview");
  const query = useQuery(budgetQuery);
  return (
    <Section title={t("budget.title")}>
      <Text size="sm" c="dimmed" mb="sm">
        {t("budget.about")}
      </Text>
      <Loaded query={query}>{({ tiers }) => <Tiers tiers={tiers} />}</Loaded>
    </Section>
  );
}

function Tiers({ tiers }: { tiers: Tier[] }) {
  const { t, i18n } = useTranslation("overview");
  const nameOf = useTierName();
  const busy = tiers.filter((each) => each.throttled_until || used(each));
  const quiet = tiers.filter((each) => !busy.includes(each));
  const names = new Intl.ListFormat(i18n.language, { type: "unit" });
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {busy.map((each) => (
          <Use key={each.tier} tier={each} name={nameOf(each.tier)} />
        ))}
      </SimpleGrid>
      {quiet.length > 0 && (
        <Text size="sm" c="dimmed">
          {t("budget.quiet", { tiers: names.format(quiet.map((each) => nameOf(each.tier))) })}
        </Text>
      )}
    </Stack>
  );
}

function used({ windows }: Tier): boolean {
  return windows.some((each) => each.used > 0);
}

function Use({ tier, name }: { tier: Tier; name: string }) {
  const { t, i18n } = useTranslation("overview");
  const clock = new Intl.DateTimeFormat(i18n.language, { timeStyle: "medium" });
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        {name}
      </Text>
      {tier.throttled_until && (
        <Alert color="orange" p="xs">
          {t("budget.throttled", { time: clock.format(new Date(tier.throttled_until)) })}
        </Alert>
      )}
      {tier.windows.map((each) => (
        <Group key={each.seconds} gap="xs" wrap="nowrap">
          <Progress
            flex={1}
            value={(100 * each.used) / each.allowed}
            color={each.used >= each.allowed ? "orange" : "teal"}
            aria-label={`${name}, ${t("budget.per", { ...each })}`}
          />
          <Text size="xs" c="dimmed" w={130}>
            {t("budget.per", { ...each })}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}

function useTierName() {
  const { t, i18n } = useTranslation("overview");
  return (tier: string) =>
    i18n.exists(`overview:budget.tier.${tier}`)
      ? t(`budget.tier.${tier as "klaviyo-events"}`)
      : tier;
}
