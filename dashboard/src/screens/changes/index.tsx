// Every change, who made it and when, and the way back.

import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { toolQuery } from "../../api/queries";
import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite } from "../../app/session";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { When } from "../../parts/When";

export function Component() {
  const { t } = useTranslation("changes");
  const query = useQuery(toolQuery("show_changes", {}));
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <Loaded query={query}>
        {({ block: { changes } }) =>
          changes.length === 0 ? (
            <Empty title={t("empty")} />
          ) : (
            <Stack gap="xs">
              {changes.map((each) => (
                <Change key={each.id} change={each} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </>
  );
}

function Change({ change }: { change: Schemas["ChangeLine"] }) {
  const { t } = useTranslation("changes");
  const mayWrite = useMayWrite();
  const undo = useCarryOut("undo_change");
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" wrap="nowrap">
        <Stack gap={0} miw={0}>
          <Text className="breakable">{change.what}</Text>
          <Text size="sm" c="dimmed">
            {t("by", { name: change.made_by })} · <When at={change.made_at} />
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
