// The events that Klaviyo's forms dispatch on `window`, and their marks in the page.

import type { FormLinkage } from "./config";
import { guarded } from "./guarded";
import { readValues, type Values } from "./values";

export interface FormEvent {
  readonly form: string;
  readonly kind: "opened" | "step" | "submitted" | "other";
  readonly values: Values;
}

const KINDS: Readonly<Record<string, FormEvent["kind"]>> = {
  open: "opened",
  embedOpen: "opened",
  stepSubmit: "step",
  submit: "submitted",
};

/** Listens to Klaviyo's forms, for as long as the page lives. */
export function hearFormEvents(hear: (event: FormEvent) => void): void {
  const listen = (event: Event) => {
    const heard = readFormEvent((event as CustomEvent<unknown>).detail);
    if (heard) hear(heard);
  };
  window.addEventListener("klaviyoForms", guarded(listen));
}

/** The configured forms whose marks are in the page. */
export function formsOnPage(linkages: readonly FormLinkage[]): string[] {
  const forms = linkages.map((linkage) => linkage.form);
  return forms.filter((form) => document.querySelector(marks(form)));
}

/** A selector for what Klaviyo renders of a form. */
export function marks(form: string): string {
  const id = CSS.escape(form);
  return `.klaviyo-form-${id},[data-testid="klaviyo-form-${id}"]`;
}

function readFormEvent(detail: unknown): FormEvent | null {
  if (typeof detail !== "object" || !detail) return null;
  const { formId, type, metaData } = detail as Record<string, unknown>;
  if (typeof type !== "string") return null;
  if (typeof formId !== "string" || !/^[\w-]{1,40}$/.test(formId)) return null;
  const kind = KINDS[type] || "other";
  return { form: formId, kind, values: readValues(metaData) };
}
