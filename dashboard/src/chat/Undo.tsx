// Takes a change back, from where it was told.

import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { toolQuery } from "../api/queries";
import { useCarryOut } from "../api/use_carry_out";
import { useMayWrite } from "../app/session";
import { useWords } from "../parts/Problem";
import { asProblem } from "../api/problem";

interface UndoProps {
  change: number;
  /** What the change was, for those who hear the button. */
  what: string;
}

export function Undo({ change, what }: UndoProps) {
  const { t } = useTranslation("chat");
  const mayWrite = useMayWrite();
  const { data } = useQuery(toolQuery("show_changes", {}));
  const undo = useCarryOut("undo_change", { done: t("undo.done") });
  const line = data?.block.changes.find(({ id }) => id === change);
  if (!line || !mayWrite) return null;
  if (undo.error) return <Refused error={undo.error} />;
  if (!line.can_be_undone) return null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      flex="none"
      aria-label={t("undo.what", { what })}
      loading={undo.isPending}
      onClick={() => undo.mutate({ change_id: change })}
    >
      {t("undo.button")}
    </Button>
  );
}

function Refused({ error }: { error: unknown }) {
  const { title } = useWords(asProblem(error));
  return (
    <Text size="xs" c="red" role="alert">
      {title}
    </Text>
  );
}
