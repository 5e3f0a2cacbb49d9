// One thing in the conversation: words of a person, of the agent, or a tool's work.

import { Box, Paper, Text } from "@mantine/core";
import { memo } from "react";
import { useTranslation } from "react-i18next";

import { Markdown } from "../parts/Markdown";
import type { Item } from "./conversation";
import { ToolWork } from "./ToolWork";

export const Said = memo(
  function Said({ item }: { item: Item }) {
    const { t } = useTranslation("chat");
    switch (item.kind) {
      case "said":
        return (
          <Paper className="chat-said" p="xs" radius="md">
            <span className="only-heard">{t("you")} </span>
            <Text size="sm" className="breakable" style={{ whiteSpace: "pre-wrap" }}>
              {item.text}
            </Text>
          </Paper>
        );
      case "text":
        return (
          <Box fz="sm" className="chat-text">
            <span className="only-heard">{t("agent")} </span>
            <Markdown text={item.text} spoken />
          </Box>
        );
      case "call":
        return <ToolWork tool={item.tool} outcome={item.outcome} />;
    }
  },
  // Items are made anew at each event; only what one says makes it another.
  ({ item: one }, { item: other }) => JSON.stringify(one) === JSON.stringify(other),
);
