// Which model answers, or the built-in planner: always visible.

import { Badge } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { agentQuery } from "../api/queries";

export function WhoAnswers() {
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
