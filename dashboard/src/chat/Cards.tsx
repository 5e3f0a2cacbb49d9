// What waits for a yes or no. Cards that were asked together are answered together.

import { Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApprovalCard } from "./ApprovalCard";
import type { CardAnswer, OpenCard } from "./events";
import { answer } from "./talk";

interface CardsProps {
  cards: readonly OpenCard[];
  busy: boolean;
}

export function Cards({ cards, busy }: CardsProps) {
  const { t } = useTranslation("chat");
  const [decided, setDecided] = useState<Record<string, CardAnswer>>({});
  const left = cards.filter(({ id }) => !decided[id]).length;
  const decide = (id: string, given: CardAnswer) => {
    const all = { ...decided, [id]: given };
    const answers = cards.flatMap((card) => {
      const each = all[card.id];
      return each ? [[card.id, each] as const] : [];
    });
    setDecided(all);
    // Refused answers are decided on again: the cards are still there then.
    if (answers.length === cards.length)
      void answer(Object.fromEntries(answers)).then(() => setDecided({}));
  };
  return (
    <Stack gap="sm" mt="sm">
      {cards.map((card) => (
        <ApprovalCard
          key={card.id}
          card={card}
          decided={decided[card.id]}
          busy={busy}
          onDecide={(given) => decide(card.id, given)}
        />
      ))}
      {cards.length > 1 && left > 0 && left < cards.length && (
        <Text size="sm" role="status">
          {t("card.left", { count: left })}
        </Text>
      )}
    </Stack>
  );
}
