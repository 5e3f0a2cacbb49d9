// A list of which the conversation keeps the beginning only.

import { Anchor } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

const MOST = 3;

/** The first few; a kept list may end with the words of how many more there are. */
export function listed<Each>(kept: readonly unknown[]): { shown: Each[]; more: number } {
  const whole = kept.filter((each) => typeof each === "object" && each !== null) as Each[];
  const cut = kept.find((each) => typeof each === "string");
  const unkept = Number(typeof cut === "string" ? (/\d+/.exec(cut)?.[0] ?? 0) : 0);
  return { shown: whole.slice(0, MOST), more: Math.max(0, whole.length - MOST) + unkept };
}

export function More({ count, to }: { count: number; to: string }) {
  const { t } = useTranslation("chat");
  if (count === 0) return null;
  return (
    <Anchor component={Link} to={to} size="sm">
      {t("cards.more", { count })}
    </Anchor>
  );
}
