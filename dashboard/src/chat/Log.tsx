// What was said and done, the newest below; read out as it comes.

import { Box, Loader, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { Cards } from "./Cards";
import { items, merged } from "./conversation";
import { Said } from "./Said";
import type { Live } from "./talk";
import type { Thread } from "./thread";

const NEAR_PX = 120;

interface LogProps {
  thread: Thread | null;
  live: Live | null;
}

export function Log({ thread, live }: LogProps) {
  const { t } = useTranslation("chat");
  const shown = items(merged(thread?.messages ?? [], live?.messages ?? []));
  const last = shown.at(-1);
  const { frame, foot } = useFollowing(shown.length, lengthOf(last), thread?.cards.length ?? 0);
  return (
    <Box ref={frame} className="chat-log" tabIndex={0} role="group" aria-label={t("log")}>
      <Stack gap="sm" role="log" aria-live="polite" aria-busy={live !== null} aria-label={t("log")}>
        {shown.length === 0 && !live && <Text size="sm">{t("welcome")}</Text>}
        {shown.map((item) => (
          <Said key={item.id} item={item} />
        ))}
      </Stack>
      {live && <Working stopping={live.stopping} />}
      {thread && thread.cards.length > 0 && <Cards cards={thread.cards} busy={live !== null} />}
      <div ref={foot} />
    </Box>
  );
}

function Working({ stopping }: { stopping: boolean }) {
  const { t } = useTranslation("chat");
  return (
    <Text size="sm" c="dimmed" mt="xs" role="status">
      <Loader size="xs" type="dots" mr="xs" aria-hidden="true" />
      {t(stopping ? "stopping" : "working")}
    </Text>
  );
}

function lengthOf(item: ReturnType<typeof items>[number] | undefined): number {
  return item && item.kind !== "call" ? item.text.length : 0;
}

/** Keeps the end in view, unless somebody has scrolled up to read. */
function useFollowing(...grows: number[]) {
  const frame = useRef<HTMLDivElement>(null);
  const foot = useRef<HTMLDivElement>(null);
  const near = useRef(true);
  useEffect(() => {
    const box = frame.current;
    if (!box) return;
    const look = () => {
      near.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    };
    // Pictures and cards come in later than the words.
    const grown = new ResizeObserver(() => {
      if (near.current) foot.current?.scrollIntoView({ block: "nearest" });
    });
    for (const each of box.children) grown.observe(each);
    box.addEventListener("scroll", look, { passive: true });
    return () => {
      grown.disconnect();
      box.removeEventListener("scroll", look);
    };
  }, [grows.at(-1)]);
  useEffect(() => {
    if (near.current) foot.current?.scrollIntoView({ block: "nearest" });
  }, grows);
  return { frame, foot };
}
