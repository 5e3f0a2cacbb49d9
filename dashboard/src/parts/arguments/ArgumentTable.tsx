// What a write would change: each field as it is, and as it would be.

import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { isNothing, useFieldWords, useNamesOf, type Fields } from "./words";

interface ArgumentTableProps {
  /** Null where there is nothing to compare with. */
  before: Fields | null;
  after: Fields;
}

export function ArgumentTable({ before, after }: ArgumentTableProps) {
  const { t } = useTranslation("approvals");
  const names = Object.keys(after).filter(
    (each) => !isNothing(after[each]) || !isNothing(before?.[each]),
  );
  const words = useFieldWords();
  const nameOf = useNamesOf(after);
  const told = (name: string, given: unknown) => nameOf(name, given) ?? words.shown(name, given);
  if (names.length === 0) return <Text size="sm">{t("no_fields")}</Text>;
  return (
    <Stack component="dl" gap="xs" m={0}>
      {names.map((name) => (
        <div key={name}>
          <Text component="dt" size="xs" c="dimmed">
            {words.field(name)}
          </Text>
          {before && isOther(before, after, name) && (
            <Text component="dd" m={0} size="sm" c="dimmed" className="breakable">
              {t("before")}: <s>{told(name, before[name])}</s>
            </Text>
          )}
          <Text
            component="dd"
            m={0}
            size="sm"
            className="breakable"
            fw={before && isOther(before, after, name) ? 600 : 400}
          >
            {told(name, after[name])}
          </Text>
        </div>
      ))}
    </Stack>
  );
}

function isOther(before: Fields, after: Fields, name: string): boolean {
  return JSON.stringify(before[name]) !== JSON.stringify(after[name]);
}
