// The Marketing Agent: beside a screen, or as a page of its own.

import { Alert, Group, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { useMayWrite } from "../app/session";
import { Problem } from "../parts/Problem";
import { Composer } from "./Composer";
import { Conversations } from "./Conversations";
import { Log } from "./Log";
import { PanelHead } from "./PanelHead";
import { PlanCard } from "./PlanCard";
import { QuickReplies } from "./QuickReplies";
import { follow, forgetProblem, useTalk } from "./talk";
import { threadQuery } from "./thread";
import { WhoAnswers } from "./WhoAnswers";

interface ChatPanelProps {
  place: "panel" | "page";
}

export default function ChatPanel({ place }: ChatPanelProps) {
  const { t } = useTranslation("chat");
  const { threadId, begun, live, problem } = useTalk();
  const { data: thread, error, refetch } = useQuery({ ...threadQuery(threadId), enabled: begun && !live });
  const running = thread?.running;
  useEffect(() => {
    if (running) void follow(running);
  }, [running]);
  const mayWrite = useMayWrite();
  const away = error && !live;
  return (
    <Stack className={`chat chat-${place}`} gap="xs" p={place === "panel" ? "md" : 0}>
      {place === "panel" && <PanelHead />}
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <WhoAnswers />
        <Conversations />
      </Group>
      {!mayWrite && <Alert color="gray">{t("viewer")}</Alert>}
      {thread && thread.plan.length > 0 && <PlanCard plan={thread.plan} />}
      <Log thread={thread ?? null} live={live} />
      {away && <Problem error={error} onRetry={() => void refetch()} />}
      {problem && <Problem error={problem} onClose={forgetProblem} />}
      {!live && <QuickReplies thread={begun ? thread : null} />}
      <Composer />
    </Stack>
  );
}
