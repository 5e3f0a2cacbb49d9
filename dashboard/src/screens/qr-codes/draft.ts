// A custom QR code as it is being edited.

import type { Takes } from "../../api/client";
import type { QrLinkCard } from "./queries";

export interface QrCodeDraft {
  name: string;
  linkType: QrLinkCard["link_type"];
  /** Whether this signal is asked for; its variable is kept while it is not. */
  email: boolean;
  phone: boolean;
  emailVariable: string;
  phoneVariable: string;
}

/** What is wrong with a draft; the keys are those of the catalogue's `wrong`. */
export type Wrong = "name" | "signals" | "email_variable" | "phone_variable";

const LONGEST_NAME = 100;
// The server's own rule; it has the last word.
const VARIABLE = /^\{\{[^{}<>"&#\x00-\x1f\x7f]{1,120}\}\}$/;

export const FRESH: QrCodeDraft = {
  name: "",
  linkType: "klaviyo_linkage",
  email: true,
  phone: false,
  emailVariable: "{{ email }}",
  phoneVariable: "{{ person.phone_number|default:'' }}",
};

export function draftOf(card: QrLinkCard): QrCodeDraft {
  return {
    name: card.name,
    linkType: card.link_type,
    email: card.email_variable !== null || card.link_type === "none",
    phone: card.phone_variable !== null,
    emailVariable: card.email_variable ?? FRESH.emailVariable,
    phoneVariable: card.phone_variable ?? FRESH.phoneVariable,
  };
}

export function argumentsOf(draft: QrCodeDraft): Takes<"create_qr_link"> {
  const linking = draft.linkType === "klaviyo_linkage";
  return {
    name: draft.name.trim(),
    link_type: draft.linkType,
    email_variable: linking && draft.email ? draft.emailVariable.trim() : null,
    phone_variable: linking && draft.phone ? draft.phoneVariable.trim() : null,
  };
}

export function wrongIn(draft: QrCodeDraft): Wrong[] {
  const wrong: Wrong[] = [];
  const asked = argumentsOf(draft);
  if (asked.name === "" || asked.name.length > LONGEST_NAME) wrong.push("name");
  if (draft.linkType === "none") return wrong;
  if (!draft.email && !draft.phone) wrong.push("signals");
  if (asked.email_variable != null && !VARIABLE.test(asked.email_variable))
    wrong.push("email_variable");
  if (asked.phone_variable != null && !VARIABLE.test(asked.phone_variable))
    wrong.push("phone_variable");
  return wrong;
}

/** Whether saving would change anything. */
export function differs(draft: QrCodeDraft, card: QrLinkCard): boolean {
  const asked = argumentsOf(draft);
  return (
    asked.name !== card.name ||
    asked.link_type !== card.link_type ||
    asked.email_variable !== card.email_variable ||
    asked.phone_variable !== card.phone_variable
  );
}
