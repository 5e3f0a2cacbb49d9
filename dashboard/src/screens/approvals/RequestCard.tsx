// One request: who asks, what would change, and the answer.

import { Badge, Button, Group, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { useMayWrite } from "../../app/session";
import { Problem } from "../../parts/Problem";
import { ArgumentEditor } from "../../parts/arguments/ArgumentEditor";
import { ArgumentTable } from "../../parts/arguments/ArgumentTable";
import { useEditable } from "../../parts/arguments/schema";
import type { Fields } from "../../parts/arguments/words";
import { When } from "../../parts/When";
import { useAnswer } from "./answer";

const COLORS = { pending: "orange", approved: "teal", rejected: "red", expired: "gray" } as const;

interface RequestCardProps {
  request: Schemas["RequestLine"];
  /** What the tool is called in the reader's language. */
  title: string;
}

export function RequestCard({ request, title }: RequestCardProps) {
  const { t } = useTranslation("approvals");
  const isOpen = useMayWrite() && request.state === "pending";
  const editable = useEditable(request.tool, request.arguments);
  const [edited, setEdited] = useState<Fields | null>(null);
  const [editing, setEditing] = useState(false);
  return (
    <Paper withBorder p="md" component="article" aria-label={title}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Stack gap={0} miw={0}>
            <Title order={2} size="h4">
              {title}
            </Title>
            <Text size="sm" c="dimmed">
              {t("asked_by", { name: request.asked_by })} · {t(`kind.${request.asked_kind}`)} ·{" "}
              <When at={request.asked_at} />
            </Text>
          </Stack>
          <Badge variant="light" tt="none" flex="none" color={COLORS[request.state]}>
            {t(`state.${request.state}`)}
          </Badge>
        </Group>
        {editing ? (
          <ArgumentEditor
            editable={editable}
            value={edited ?? request.arguments}
            onChange={setEdited}
          />
        ) : (
          <ArgumentTable
            before={request.before}
            after={{ ...request.arguments, ...request.after, ...edited }}
          />
        )}
        <Ending request={request} />
        {isOpen && editable.length > 0 && (
          <Button
            size="xs"
            variant="default"
            w="fit-content"
            onClick={() => setEditing(!editing)}
          >
            {t(editing ? "look" : "edit")}
          </Button>
        )}
        {isOpen && <YesOrNo id={request.id} title={title} edited={edited} />}
      </Stack>
    </Paper>
  );
}

function Ending({ request }: { request: Schemas["RequestLine"] }) {
  const { t, i18n } = useTranslation("approvals");
  const exact = (at: string) =>
    new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeStyle: "short" }).format(
      new Date(at),
    );
  const { answered_by: by, answered_at: at } = request;
  return (
    <Text size="sm" c="dimmed">
      {request.state === "pending" && t("until", { time: exact(request.expires_at) })}
      {by && at && t("answered", { name: by, time: exact(at) })}
      {request.reason && ` · ${t("reason", { reason: request.reason })}`}
    </Text>
  );
}

interface YesOrNoProps {
  id: string;
  title: string;
  /** Other arguments than those asked for. */
  edited: Fields | null;
}

function YesOrNo({ id, title, edited }: YesOrNoProps) {
  const { t } = useTranslation("approvals");
  const answer = useAnswer(id);
  const [reason, setReason] = useState("");
  return (
    <Stack gap="sm">
      {answer.error && <Problem error={answer.error} />}
      <Group align="flex-end" gap="sm">
        <Button
          aria-label={t("approve_what", { what: title })}
          loading={answer.isPending && answer.variables.approved}
          disabled={answer.isPending}
          onClick={() =>
            answer.mutate({ approved: true, editedArgs: edited ? { ...edited } : null })
          }
        >
          {t("approve")}
        </Button>
        <TextInput
          flex="1 1 200px"
          label={t("why")}
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button
          variant="default"
          aria-label={t("reject_what", { what: title })}
          loading={answer.isPending && !answer.variables.approved}
          disabled={answer.isPending}
          onClick={() => answer.mutate({ approved: false, reason })}
        >
          {t("reject")}
        </Button>
      </Group>
    </Stack>
  );
}
