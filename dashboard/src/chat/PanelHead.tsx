// The panel's own title, and the ways out of it.

import { Anchor, CloseButton, Group, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useAgentPanel } from "../app/agent_panel";

export function PanelHead() {
  const { t } = useTranslation("chat");
  const { close } = useAgentPanel();
  return (
    <Group justify="space-between" wrap="nowrap">
      <Title order={2} size="h4">
        {t("title")}
      </Title>
      <Group gap="xs" wrap="nowrap">
        <Anchor component={Link} to="/agent" size="sm">
          {t("full_page")}
        </Anchor>
        <CloseButton aria-label={t("close")} onClick={close} />
      </Group>
    </Group>
  );
}
