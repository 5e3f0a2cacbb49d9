// A held pair, and the person's decision about it.

import { Anchor, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Schemas } from "../../api/client";
import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite } from "../../app/session";
import { Confirm } from "../../parts/Confirm";
import { Problem } from "../../parts/Problem";
import { When } from "../../parts/When";
import { useOutcomeWords } from "./outcome_words";

type Line = Schemas["ReviewLine"];

export function Review({ review }: { review: Line }) {
  const { t } = useTranslation("overview");
  const words = useOutcomeWords();
  const { reason, next } = words(review);
  return (
    <Paper withBorder p="sm" component="li">
      <Stack gap="xs">
        <Text size="sm">
          {reason} {next}
        </Text>
        <Text size="sm" c="dimmed" className="breakable">
          {t("reviews.friend")}{" "}
          <Anchor
            component={Link}
            to={`/friends/${review.line_user_id}`}
            size="sm"
            underline="always"
          >
            {review.line_user_id}
          </Anchor>{" "}
          · <When at={review.since} />
        </Text>
        {review.linked_profile_id && (
          <Text size="sm" className="breakable">
            {t("reviews.now", { profile: review.linked_profile_id })}
          </Text>
        )}
        <Decide review={review} />
      </Stack>
    </Paper>
  );
}

function Decide({ review }: { review: Line }) {
  const { t } = useTranslation("overview");
  const mayWrite = useMayWrite();
  const decide = useCarryOut("resolve_conflict");
  const [chosen, setChosen] = useState<string | null>(null);
  const { line_user_id: friend, version } = review;
  const first = review.candidates[0]?.profile_id;
  const say = (decision: Schemas["Decision"], profile: string) =>
    decide.mutate(
      { line_user_id: friend, profile_id: profile, decision, version },
      { onSuccess: () => setChosen(null) },
    );
  return (
    <Stack gap="xs">
      {review.candidates.map(({ profile_id: profile, linked_to: holder }) => (
        <Group key={profile} justify="space-between" gap="xs">
          <Text size="sm" className="breakable" flex="1 1 200px">
            {holder
              ? t("reviews.profile_of", { profile, friend: holder })
              : t("reviews.profile", { profile })}
          </Text>
          {mayWrite && (
            <Button size="xs" variant="light" onClick={() => setChosen(profile)}>
              {t("reviews.replace")}
            </Button>
          )}
        </Group>
      ))}
      {decide.error && !chosen && <Problem error={decide.error} />}
      {mayWrite && first && (
        <Button
          size="xs"
          variant="default"
          w="fit-content"
          loading={decide.isPending && !chosen}
          onClick={() => say("keep", first)}
        >
          {t("reviews.keep")}
        </Button>
      )}
      <Confirm
        opened={chosen !== null}
        title={t("reviews.sure")}
        text={t("reviews.what", { friend, profile: chosen ?? "" })}
        action={t("reviews.replace")}
        busy={decide.isPending}
        error={decide.error}
        onConfirm={() => chosen && say("replace", chosen)}
        onClose={() => setChosen(null)}
      />
    </Stack>
  );
}
