// A form's linkage as it is being edited.

import type { Takes } from "../../api/client";
import type { FormLinkageCard } from "./queries";

export interface FormDraft {
  formId: string | null;
  ctaLabel: string;
  landingPage: string;
  timing: FormLinkageCard["timing"];
  /** Kept while the timing is immediate. */
  trigger: NonNullable<FormLinkageCard["trigger"]>;
}

/** What is wrong with a draft; the keys are those of the catalogue's `wrong`. */
export type Wrong = "form" | "cta_label" | "landing_page";

const LONGEST_LABEL = 40;
/** Shops are tried out on the machine itself, where there is no https. */
const OWN_MACHINE = /^(localhost|127\.0\.0\.1)$/;

export function draftOf(card: FormLinkageCard): FormDraft {
  return {
    formId: card.form_id,
    ctaLabel: card.cta_label,
    landingPage: card.landing_page,
    timing: card.timing,
    trigger: card.trigger ?? "submitted_form",
  };
}

/** The arguments of the tool; only of a draft with a form. */
export function argumentsOf(draft: FormDraft): Takes<"configure_form_linkage"> {
  return {
    form_id: draft.formId ?? "",
    cta_label: draft.ctaLabel.trim(),
    landing_page: draft.landingPage.trim(),
    timing: draft.timing,
    trigger: draft.timing === "flow" ? draft.trigger : null,
  };
}

export function wrongIn(draft: FormDraft): Wrong[] {
  const { cta_label: label, landing_page: page } = argumentsOf(draft);
  const wrong: Wrong[] = [];
  if (draft.formId === null) wrong.push("form");
  if (label === "" || label.length > LONGEST_LABEL) wrong.push("cta_label");
  if (!isLandingPage(page)) wrong.push("landing_page");
  return wrong;
}

export function differs(draft: FormDraft, card: FormLinkageCard): boolean {
  const asked = argumentsOf(draft);
  return (
    asked.cta_label !== card.cta_label ||
    asked.landing_page !== card.landing_page ||
    asked.timing !== card.timing ||
    asked.trigger !== card.trigger
  );
}

function isLandingPage(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && OWN_MACHINE.test(hostname));
}
