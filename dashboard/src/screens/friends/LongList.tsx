// However many friends there are, only those in sight are drawn.

import { Badge, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Schemas } from "../../api/client";
import { When } from "../../parts/When";
import { METHODS, oneOf } from "./filters";

const ROW = 68;

interface LongListProps {
  friends: Schemas["FriendRow"][];
  total: number;
  /** There is more, and nobody is fetching it. */
  more: boolean;
  onMore: () => void;
}

export function LongList({ friends, total, more, onMore }: LongListProps) {
  const { t } = useTranslation("friends");
  const top = useRef<HTMLUListElement>(null);
  const [margin, setMargin] = useState(0);
  useEffect(() => setMargin(top.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: friends.length,
    estimateSize: () => ROW,
    overscan: 12,
    scrollMargin: margin,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const near = more && last >= friends.length - 40;
  useEffect(() => {
    if (near) onMore();
  }, [near, onMore]);
  return (
    <ul ref={top} className="long-list" aria-label={t("title")} style={{ height: rows.getTotalSize() }}>
      {shown.map(({ index, start }) => {
        const friend = friends[index];
        return friend ? (
          <li
            key={friend.line_user_id}
            aria-setsize={total}
            aria-posinset={index + 1}
            style={{ height: ROW, transform: `translateY(${start - margin}px)` }}
          >
            <Row friend={friend} />
          </li>
        ) : null;
      })}
    </ul>
  );
}

function Row({ friend }: { friend: Schemas["FriendRow"] }) {
  const { t } = useTranslation("friends");
  const method = oneOf(METHODS, friend.method);
  return (
    <UnstyledButton
      component={Link}
      to={`/friends/${friend.line_user_id}`}
      className="long-list-row"
    >
      <Group justify="space-between" wrap="nowrap" h="100%" px="sm">
        <Stack gap={0} miw={0}>
          <Text fw={500} truncate>
            {friend.name ?? t("nameless")}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {t(`follow.${friend.follow_status}`)}
            {" · "}
            <When at={friend.following_since ?? friend.first_seen} />
            {method && ` · ${t(`method.${method}`)}`}
            {friend.tags.length > 0 && ` · ${t("tagged", { tags: friend.tags.join(", ") })}`}
          </Text>
        </Stack>
        <LinkageBadge linked={friend.linked} suspended={friend.suspended} />
      </Group>
    </UnstyledButton>
  );
}

export function LinkageBadge({ linked, suspended }: { linked: boolean; suspended: boolean }) {
  const { t } = useTranslation("friends");
  const state = linked ? (suspended ? "suspended" : "linked") : "unlinked";
  const color = { linked: "teal.9", suspended: "yellow.9", unlinked: "gray.7" }[state];
  return (
    <Badge variant="outline" tt="none" color={color} autoContrast style={{ flexShrink: 0 }}>
      {t(`linkage.${state}`)}
    </Badge>
  );
}
