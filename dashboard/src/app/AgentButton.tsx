// Opens and closes the Marketing Agent beside the screen; on a phone it is a sign.

import { ActionIcon, Button } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useAgentPanel } from "./agent_panel";

export function AgentButton() {
  const { t } = useTranslation("app");
  const { opened, open, close } = useAgentPanel();
  const shared = {
    variant: opened ? "filled" : "default",
    "aria-expanded": opened,
    onClick: opened ? close : open,
  };
  return (
    <>
      <Button {...shared} size="xs" visibleFrom="xs">
        {t("nav.agent")}
      </Button>
      <ActionIcon {...shared} size="lg" hiddenFrom="xs" aria-label={t("nav.agent")}>
        <Speech />
      </ActionIcon>
    </>
  );
}

function Speech() {
  return (
    <svg viewBox="0 0 24 24" width={18} height={18} aria-hidden="true">
      <path
        d="M4 5h16v11H10l-4 4v-4H4z"
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeLinejoin="round"
      />
    </svg>
  );
}
