// Why an attempt ended as it did, and what to do, in the reader's language.

import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";

interface Told {
  code: string;
  reason: string;
  next_step: string;
}

/** The program's own sentences are English and say more; other languages go by code. */
export function useOutcomeWords() {
  const { t, i18n } = useTranslation("overview");
  return ({ code, reason, next_step }: Told) => {
    if (i18n.language === "en") return { reason, next: next_step };
    const known = (key: string) => i18n.exists(`overview:${key}`);
    return {
      reason: known(`outcome.${code}`) ? t(`outcome.${code as Schemas["OutcomeCode"]}`) : reason,
      next: known(`next.${code}`) ? t(`next.${code as "expired"}`) : "",
    };
  };
}
