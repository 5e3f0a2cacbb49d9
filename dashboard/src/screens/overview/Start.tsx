// What to do first, for a shop where nobody is linked yet.

import { Anchor, Button, Group, Paper, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useAgentPanel } from "../../app/agent_panel";
import { connectionsQuery } from "../../api/queries";

export function Start() {
  const { t } = useTranslation("overview");
  const { write } = useAgentPanel();
  const { data } = useQuery(connectionsQuery);
  const unconnected = data && !(data.klaviyo && data.line);
  return (
    <Paper withBorder p="lg" mb="md">
      <Title order={2} size="h4" mb={4}>
        {t("start.title")}
      </Title>
      <Text size="sm" mb="md">
        {t("start.text")}
      </Text>
      <Group>
        <Button onClick={() => write(t("start.sentence"))}>{t("start.ask")}</Button>
        {unconnected && (
          <Anchor component={Link} to="/connections" size="sm" underline="always">
            {t("start.connect")}
          </Anchor>
        )}
      </Group>
    </Paper>
  );
}
