// One change: what, who, when, and the way back or why there is none.

import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite } from "../../app/session";
import { Problem } from "../../parts/Problem";

export function ChangeRow({ change }: { change: Schemas["ChangeLine"] }) {
  const { t } = useTranslation("changes");
  const mayWrite = useMayWrite();
  const undo = useCarryOut("undo_change", { done: t("undone") });
  return (
    <Paper withBorder p="sm" component="li">
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={2} miw={0}>
          <Text className="breakable">{change.what}</Text>
          <Text size="sm" c="dimmed">
            {t("by", { name: change.made_by })} · <Exactly at={change.made_at} /> ·{" "}
            {t("number", { id: change.id })}
          </Text>
          {change.why_not && (
            <Text size="sm" c="dimmed">
              {change.why_not}
            </Text>
          )}
        </Stack>
        {change.can_be_undone && mayWrite && (
          <Button
            size="xs"
            variant="default"
            flex="none"
            aria-label={t("undo_what", { what: change.what })}
            loading={undo.isPending}
            onClick={() => undo.mutate({ change_id: change.id })}
          >
            {t("undo")}
          </Button>
        )}
      </Group>
      {undo.error && <Problem error={undo.error} />}
    </Paper>
  );
}

/** The moment itself: a record says when, not how long ago. */
function Exactly({ at }: { at: string }) {
  const { i18n } = useTranslation();
  const told = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: "medium",
    timeStyle: "medium",
  });
  return <time dateTime={at}>{told.format(new Date(at))}</time>;
}
