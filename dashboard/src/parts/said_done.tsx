// Says that a change was made, and offers to take it back.

import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import i18next from "i18next";
import { useTranslation } from "react-i18next";

import { carryOut } from "../api/client";
import { queryClient } from "../api/query_client";
import { Problem } from "./Problem";

/** Show it for a while; with a change there is an Undo button. */
export function saidDone(message: string | undefined, changeId: number | null): void {
  const id = `done-${changeId ?? Date.now()}`;
  notifications.show({
    id,
    autoClose: changeId === null ? 5_000 : 12_000,
    closeButtonProps: { "aria-label": i18next.t("app:confirm.close") },
    message: <Done message={message} changeId={changeId} onUndone={() => notifications.hide(id)} />,
  });
}

interface DoneProps {
  message: string | undefined;
  changeId: number | null;
  onUndone: () => void;
}

function Done({ message, changeId, onUndone }: DoneProps) {
  const { t } = useTranslation("app");
  const undo = useMutation(
    {
      mutationFn: (change: number) => carryOut("undo_change", { change_id: change }),
      onSuccess: async () => {
        await queryClient.invalidateQueries();
        onUndone();
        notifications.show({ message: t("done.undone") });
      },
    },
    queryClient,
  );
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{message ?? t("done.saved")}</Text>
      {undo.error && <Problem error={undo.error} />}
      {changeId !== null && (
        <Button
          size="compact-xs"
          variant="default"
          loading={undo.isPending}
          onClick={() => undo.mutate(changeId)}
        >
          {t("done.undo")}
        </Button>
      )}
    </Group>
  );
}
