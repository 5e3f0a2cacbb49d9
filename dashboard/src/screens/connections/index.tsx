// What is connected to Klaviyo and LINE, what is missing, and who may sign in.

import { SimpleGrid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { connectionsQuery } from "../../api/queries";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";
import { ByHand } from "./ByHand";
import { Health } from "./Health";
import { Klaviyo } from "./Klaviyo";
import { Line } from "./Line";
import { People } from "./People";
import { TestLogin } from "./TestLogin";

export function Component() {
  const { t } = useTranslation("connections");
  const query = useQuery(connectionsQuery);
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <Loaded query={query}>
        {(connections) => (
          <Stack>
            <SimpleGrid cols={{ base: 1, lg: 2 }}>
              <Klaviyo account={connections.klaviyo} />
              <Line account={connections.line} />
            </SimpleGrid>
            <Health webhookUrl={connections.webhook_url} />
            <SimpleGrid cols={{ base: 1, lg: 2 }}>
              <ByHand connections={connections} />
              {connections.line && <TestLogin />}
            </SimpleGrid>
            <People />
          </Stack>
        )}
      </Loaded>
    </>
  );
}
