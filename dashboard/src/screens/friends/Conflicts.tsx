// Pairs that wait for a decision: keep what is, or link these two instead.

import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Schemas } from "../../api/client";
import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite } from "../../app/session";
import { Confirm } from "../../parts/Confirm";
import { Problem } from "../../parts/Problem";
import { Card } from "./Card";
import { heldQuery } from "./queries";

export function Conflicts({ lineUserId }: { lineUserId: string }) {
  const { t } = useTranslation("friends");
  const query = useQuery(heldQuery(lineUserId));
  if (query.error) {
    return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (!query.data?.length) return null;
  return (
    <Card title={t("held.title")}>
      {query.data.map((held) => (
        <Stack key={held.version} gap="xs">
          <Text size="sm">{held.reason}</Text>
          <Text size="sm" c="dimmed">
            {held.next_step}
          </Text>
          {held.candidates.map((each) => (
            <Candidate key={each.profile_id} held={held} candidate={each} />
          ))}
        </Stack>
      ))}
    </Card>
  );
}

interface CandidateProps {
  held: Schemas["ReviewLine"];
  candidate: Schemas["CandidateLine"];
}

function Candidate({ held, candidate }: CandidateProps) {
  const { t } = useTranslation("friends");
  const [asking, setAsking] = useState(false);
  const mayWrite = useMayWrite();
  const decide = useCarryOut("resolve_conflict", {
    done: t("held.done"),
    onDone: () => setAsking(false),
  });
  const say = (decision: "keep" | "replace") =>
    decide.mutate({
      line_user_id: held.line_user_id,
      profile_id: candidate.profile_id,
      version: held.version,
      decision,
    });
  const profile = t("held.profile", { id: candidate.profile_id });
  return (
    <Group justify="space-between">
      <Stack gap={0}>
        <Text size="sm">{profile}</Text>
        {candidate.linked_to && (
          <Text size="sm" component={Link} to={`/friends/${candidate.linked_to}`} td="underline">
            {t("held.linked_to")}
          </Text>
        )}
      </Stack>
      {mayWrite && (
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => say("keep")} loading={decide.isPending}>
            {t("held.keep")}
          </Button>
          <Button size="xs" onClick={() => setAsking(true)}>
            {t("held.replace")}
          </Button>
        </Group>
      )}
      {decide.error && !asking && <Problem error={decide.error} />}
      <Confirm
        opened={asking}
        title={profile}
        text={t("held.replace_text")}
        action={t("held.replace")}
        busy={decide.isPending}
        error={decide.error}
        onConfirm={() => say("replace")}
        onClose={() => setAsking(false)}
      />
    </Group>
  );
}
