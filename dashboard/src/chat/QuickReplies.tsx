// Answers to press instead of writing; with an empty conversation, ways to begin.

import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { say } from "./talk";
import type { Thread } from "./thread";

const BEGINNINGS = ["set_up", "how_many", "why_not", "qr_code"] as const;

export function QuickReplies({ thread }: { thread: Thread | null | undefined }) {
  const { t } = useTranslation("chat");
  if (thread === undefined) return null;
  const replies = thread ? thread.quick_replies : BEGINNINGS.map((each) => t(`begin.${each}`));
  if (replies.length === 0) return null;
  return (
    <Group gap={6} role="group" aria-label={t("replies")}>
      {replies.map((each, at) => (
        <Button
          key={each}
          size="compact-sm"
          variant={!thread && at === 0 ? "filled" : "light"}
          className="chat-reply"
          onClick={() => void say(each)}
        >
          {each}
        </Button>
      ))}
    </Group>
  );
}
