// Finds the button of a form's Success screen. How Klaviyo renders a "Go to URL"
// button is not documented: our URL in any attribute tells, else the CTA label.

import type { FormLinkage } from "./config";
import { marks } from "./form_events";

/** Marks what this script has put into the page. */
export const OURS = "data-line-link";

const BUTTONS = "a,button,[role=button]";
const FIELDS =
  "input:not([type=hidden]):not([type=submit]):not([type=button]),select,textarea";
const MARKED = "[class*=klaviyo-form-],[data-testid^=klaviyo-form-]";
const ANY_FORM = "form.klaviyo-form,[role=dialog]";

/** The button to turn, if the Success screen is shown. */
export function findSuccessButton(linkage: FormLinkage): HTMLElement | null {
  for (const place of places(linkage.form)) {
    const buttons = all(place, BUTTONS).filter(
      (each) => rendered(each) && !each.closest(`[${OURS}]`),
    );
    const found =
      buttons.find((each) => carries(each, linkage.button) && !fillsIn(each, place)) ||
      buttons.find((each) => reads(each, linkage.label) && !submits(each, place));
    if (found) return found;
  }
  return null;
}

/** Where this form is rendered, then where it may be if its marks have changed. */
function places(form: string): Element[] {
  const own = all(document, marks(form));
  const dialogs = own.map((each) => each.closest("[role=dialog]"));
  const unmarked = all(document, ANY_FORM).filter((each) => !marked(each));
  return [...own, ...dialogs, ...unmarked].filter((each): each is Element => !!each);
}

/** Whether the place says of which form it is. */
function marked(place: HTMLElement): boolean {
  return [place, ...all(place, MARKED)].some((each) => {
    const names = `${each.getAttribute("class")} ${each.getAttribute("data-testid")}`;
    return /klaviyo-form-(?!version)\w/.test(names);
  });
}

function carries(button: HTMLElement, url: string): boolean {
  const parts = [button, ...all(button, "[href]")];
  return parts.some((part) =>
    Array.from(part.attributes).some(({ value }) => sameUrl(value, url)),
  );
}

function sameUrl(value: string, url: string): boolean {
  return bare(value) === bare(url);
}

function bare(url: string): string {
  return url.trim().replace(/\/?([?#].*)?$/, "");
}

function reads(button: HTMLElement, label: string): boolean {
  return !!label && folded(button.textContent || "") === folded(label);
}

function folded(text: string): string {
  return text.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();
}

/** A button of a step sends what was filled in: it is never ours to take. */
function submits(button: HTMLElement, place: Element): boolean {
  return button.getAttribute("type") === "submit" || fillsIn(button, place);
}

/** Whether it is a step's button, beside fields to fill in; a plain link is none. */
function fillsIn(button: HTMLElement, place: Element): boolean {
  if (button.hasAttribute("href")) return false;
  const form = button.closest("form");
  // A theme may wrap the whole page in a form of its own.
  const step = form && place.contains(form) ? form : place;
  return all(step, FIELDS).some(rendered);
}

/** Whether it takes up room: a button may be there for other devices only. */
export function rendered(element: Element): boolean {
  return element.getClientRects().length > 0;
}

function all(place: ParentNode, selector: string): HTMLElement[] {
  return Array.from(place.querySelectorAll<HTMLElement>(selector));
}
