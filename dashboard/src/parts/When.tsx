// A moment, as near as people say it; the exact time stands in its title.

import { useTranslation } from "react-i18next";

const STEPS = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 7],
] as const;

export function When({ at }: { at: string }) {
  const { i18n } = useTranslation();
  const moment = new Date(at);
  const exact = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(moment);
  return (
    <time dateTime={at} title={exact}>
      {ago(moment, i18n.language) ?? exact}
    </time>
  );
}

/** "3 hours ago", up to a week; later the date says more. */
function ago(moment: Date, language: string): string | null {
  let left = (moment.getTime() - Date.now()) / 1000;
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, most] of STEPS) {
    if (Math.abs(left) < most) return words.format(Math.round(left), unit);
    left /= most;
  }
  return null;
}
