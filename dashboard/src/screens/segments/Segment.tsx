// One segment: its conditions, how many friends it holds now, and who they are.

import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Schemas } from "../../api/client";
import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite } from "../../app/session";
import { Confirm } from "../../parts/Confirm";
import { friendCountQuery } from "../friends/queries";
import { useConditionWords } from "./condition_words";

export function Segment({ segment }: { segment: Schemas["SegmentCard"] }) {
  const { t, i18n } = useTranslation("segments");
  const words = useConditionWords(segment);
  const { data: count } = useQuery(friendCountQuery({ segment_id: segment.segment_id }));
  const shown = new Intl.NumberFormat(i18n.language).format(count ?? 0);
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between">
        <Stack gap={0} miw={0}>
          <Text fw={500} className="breakable">
            {segment.name}
          </Text>
          <Text size="sm" c="dimmed" className="breakable">
            {words.join(" · ")}
          </Text>
          <Text size="sm">{count === undefined ? null : t("preview", { count, shown })}</Text>
        </Stack>
        <Group gap="xs">
          <Button
            component={Link}
            to={`/friends?segment=${segment.segment_id}`}
            size="xs"
            variant="default"
            aria-label={t("members_of", { name: segment.name })}
          >
            {t("members")}
          </Button>
          <Deletion segment={segment} />
        </Group>
      </Group>
    </Paper>
  );
}

function Deletion({ segment }: { segment: Schemas["SegmentCard"] }) {
  const { t } = useTranslation("segments");
  const [opened, { open, close }] = useDisclosure(false);
  const remove = useCarryOut("delete_segment", { done: t("deleted"), onDone: close });
  if (!useMayWrite()) return null;
  const what = t("delete_what", { name: segment.name });
  return (
    <>
      <Button size="xs" variant="default" aria-label={what} onClick={open}>
        {t("delete")}
      </Button>
      <Confirm
        opened={opened}
        title={what}
        text={t("delete_text")}
        action={t("delete")}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({ segment_id: segment.segment_id })}
        onClose={close}
      />
    </>
  );
}
