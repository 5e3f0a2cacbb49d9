// The Marketing Agent: beside a screen, or as a page of its own.

import { Anchor, Badge, CloseButton, Group, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { agentQuery } from "../api/queries";
import { useAgentPanel } from "../app/agent_panel";

interface ChatPanelProps {
  place: "panel" | "page";
}

export default function ChatPanel({ place }: ChatPanelProps) {
  return <Stack p="md">{place === "panel" && <PanelHead />}<WhoAnswers /></Stack>;
}

function PanelHead() {
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

function WhoAnswers() {
  const { t } = useTranslation("chat");
  const { data: agent } = useQuery(agentQuery);
  if (!agent) return null;
  const told = agent.built_in ? t("answers.built_in") : t("answers.model", { model: agent.model });
  return (
    <Badge variant="light" tt="none">
      {told}
    </Badge>
  );
}
