// Where a message is written. What is written survives a reload, and another screen.

import { Button, Group, Textarea } from "@mantine/core";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";

import { useAgentPanel } from "../app/agent_panel";
import { say, stopRun, useTalk, write } from "./talk";

const LONGEST = 4_000;

export function Composer() {
  const { t } = useTranslation("chat");
  const { draft, live } = useTalk();
  const field = useRef<HTMLTextAreaElement>(null);
  useWritten(field);
  const send = () => {
    field.current?.focus();
    void say(draft);
  };
  const pressed = (event: KeyboardEvent) => {
    // Enter that picks a word of an input method does not send.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (!live) send();
  };
  return (
    <Group gap="xs" align="flex-end" wrap="nowrap">
      <Textarea
        ref={field}
        flex={1}
        aria-label={t("composer.label")}
        placeholder={t("composer.placeholder")}
        value={draft}
        maxLength={LONGEST}
        autosize
        minRows={1}
        maxRows={8}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      {live ? (
        <Button variant="default" disabled={live.stopping} onClick={() => void stopRun()}>
          {t("composer.stop")}
        </Button>
      ) : (
        <Button disabled={draft.trim() === ""} onClick={send}>
          {t("composer.send")}
        </Button>
      )}
    </Group>
  );
}

/** Takes over what a screen wants asked, for the person to send. */
function useWritten(field: React.RefObject<HTMLTextAreaElement | null>): void {
  const { draft: wanted, takeDraft } = useAgentPanel();
  useEffect(() => {
    if (wanted === null) return;
    write(wanted);
    takeDraft();
    field.current?.focus();
  }, [wanted, takeDraft, field]);
}
