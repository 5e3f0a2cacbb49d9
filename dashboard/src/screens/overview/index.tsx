// How far linking has come, why not further, and what waits for a person.

import { Paper, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { linkageQuery } from "../../api/queries";
import { Count } from "../../parts/Count";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";
import { Budget } from "./Budget";
import { Coverage } from "./Coverage";
import { Funnel } from "./Funnel";
import { Methods } from "./Methods";
import { Outcomes } from "./Outcomes";
import { Reviews } from "./Reviews";
import { Start } from "./Start";

export function Component() {
  const { t } = useTranslation("overview");
  const query = useQuery(linkageQuery);
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <Loaded query={query}>
        {(report) => (
          <>
            {report.linked === 0 && <Start />}
            <Figures report={report} />
            <Stack mt="md">
              <SimpleGrid cols={{ base: 1, lg: 2 }}>
                <Coverage />
                <Methods report={report} />
              </SimpleGrid>
              <Reviews />
              <Funnel steps={report.funnel ?? []} />
              <Outcomes attempts={report.attempts} />
              <Budget />
            </Stack>
          </>
        )}
      </Loaded>
    </>
  );
}

function Figures({ report }: { report: Schemas["LinkageReport"] }) {
  const { t, i18n } = useTranslation("overview");
  const percent = new Intl.NumberFormat(i18n.language, {
    style: "percent",
    maximumFractionDigits: 1,
  });
  const share = report.friends > 0 ? percent.format(report.linked / report.friends) : null;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Figure name={t("friends")} count={report.friends} />
      <Figure name={t("linked")} count={report.linked} note={share && t("share", { share })} />
      <Figure name={t("to_decide")} count={report.reviews_waiting ?? 0} />
      <Figure name={t("to_klaviyo")} count={report.waiting_for_klaviyo} />
    </SimpleGrid>
  );
}

function Figure({ name, count, note }: { name: string; count: number; note?: string | null }) {
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text size="xl" fw={650}>
        <Count of={count} />
      </Text>
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Paper>
  );
}
