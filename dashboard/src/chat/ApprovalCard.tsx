// A write that the agent wants to make: what it changes, and Approve, Edit or Cancel.

import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMayWrite } from "../app/session";
import { ArgumentEditor } from "../parts/arguments/ArgumentEditor";
import { ArgumentTable } from "../parts/arguments/ArgumentTable";
import { useEditable } from "../parts/arguments/schema";
import type { Fields } from "../parts/arguments/words";
import { useToolTitles } from "../parts/tool_titles";
import type { CardAnswer, OpenCard } from "./events";

interface ApprovalCardProps {
  card: OpenCard;
  /** The answer that waits for those to the other cards. */
  decided: CardAnswer | undefined;
  busy: boolean;
  onDecide: (answer: CardAnswer) => void;
}

export function ApprovalCard({ card, decided, busy, onDecide }: ApprovalCardProps) {
  const { t } = useTranslation("chat");
  const title = useToolTitles()(card.tool) ?? card.title;
  const mayWrite = useMayWrite();
  const editable = useEditable(card.tool, card.arguments);
  const [edited, setEdited] = useState<Fields | null>(null);
  const [editing, setEditing] = useState(false);
  const approve = () =>
    onDecide(edited ? { approved: true, editedArgs: { ...edited } } : { approved: true });
  return (
    <Paper withBorder p="sm" component="section" aria-label={title} className="chat-card">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
          <Title order={3} size="h5">
            {title}
          </Title>
          <Until at={card.expires_at} />
        </Group>
        {editing ? (
          <ArgumentEditor
            editable={editable}
            value={edited ?? card.arguments}
            onChange={setEdited}
          />
        ) : (
          <ArgumentTable before={card.before} after={edited ?? card.arguments} />
        )}
        {decided && (
          <Text size="sm" c="dimmed">
            {t(decided.approved ? "card.approved" : "card.cancelled")}
          </Text>
        )}
        {mayWrite && !decided && (
          <Group gap="xs">
            <Button
              size="sm"
              aria-label={t("card.approve_what", { what: title })}
              disabled={busy}
              onClick={approve}
            >
              {t(edited ? "card.approve_edited" : "card.approve")}
            </Button>
            {editable.length > 0 && (
              <Button size="sm" variant="default" disabled={busy} onClick={() => setEditing(!editing)}>
                {t(editing ? "card.look" : "card.edit")}
              </Button>
            )}
            <Button
              size="sm"
              variant="subtle"
              aria-label={t("card.cancel_what", { what: title })}
              disabled={busy}
              onClick={() => onDecide({ approved: false })}
            >
              {t("card.cancel")}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

function Until({ at }: { at: string }) {
  const { t, i18n } = useTranslation("chat");
  const shown = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(new Date(at));
  return (
    <Text size="xs" c="dimmed" flex="none" title={shown}>
      {t("card.until", { time: shown })}
    </Text>
  );
}
