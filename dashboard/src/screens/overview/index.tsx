// How far linking has come.

import { Paper, SimpleGrid, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { linkageQuery } from "../../api/queries";
import { Count } from "../../parts/Count";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";

export function Component() {
  const { t } = useTranslation("overview");
  const query = useQuery(linkageQuery);
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <Loaded query={query}>
        {({ friends, linked }) => (
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Figure name={t("friends")} count={friends} />
            <Figure name={t("linked")} count={linked} />
          </SimpleGrid>
        )}
      </Loaded>
    </>
  );
}

function Figure({ name, count }: { name: string; count: number }) {
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text size="xl" fw={650}>
        <Count of={count} />
      </Text>
    </Paper>
  );
}
