// The conversations of whoever is signed in: another one, a new one, or one less.

import { ActionIcon, Button, Group, Menu, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Confirm } from "../parts/Confirm";
import { When } from "../parts/When";
import { newThread, openThread, useTalk } from "./talk";
import { forget, THREADS, threadsQuery } from "./thread";

export function Conversations() {
  const { t } = useTranslation("chat");
  const { threadId, begun } = useTalk();
  const [listed, setListed] = useState(false);
  const [asking, { open: ask, close }] = useDisclosure(false);
  const { data: threads = [] } = useQuery({ ...threadsQuery, enabled: listed });
  return (
    <Group gap={4} wrap="nowrap">
      <Menu opened={listed} onChange={setListed} position="bottom-end" width={300} withinPortal>
        <Menu.Target>
          <Button size="compact-sm" variant="default">
            {t("threads.menu")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
          {threads.map((each) => (
            <Menu.Item
              key={each.id}
              aria-current={each.id === threadId}
              onClick={() => openThread(each.id)}
            >
              <Text size="sm" fw={each.id === threadId ? 600 : 400} lineClamp={2}>
                {each.title}
              </Text>
              <Text size="xs" c="dimmed">
                <When at={each.updated_at} />
              </Text>
            </Menu.Item>
          ))}
          {threads.length === 0 && <Menu.Label>{t("threads.none")}</Menu.Label>}
          <Menu.Divider />
          {begun && <Menu.Item onClick={ask}>{t("threads.delete")}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <ActionIcon
        size="md"
        variant="default"
        aria-label={t("threads.new")}
        title={t("threads.new")}
        onClick={newThread}
      >
        <span aria-hidden="true">+</span>
      </ActionIcon>
      {asking && <Deletion threadId={threadId} onClose={close} />}
    </Group>
  );
}

function Deletion({ threadId, onClose }: { threadId: string; onClose: () => void }) {
  const { t } = useTranslation("chat");
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => forget(threadId),
    onSuccess: () => {
      newThread();
      onClose();
      return client.invalidateQueries({ queryKey: [THREADS], exact: true });
    },
  });
  return (
    <Confirm
      opened
      title={t("threads.delete_title")}
      text={t("threads.delete_text")}
      action={t("threads.delete_yes")}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
