// What the visitor typed into a form, collected over its steps.

export interface Values {
  readonly email?: string;
  readonly phone?: string;
}

// Klaviyo documents both spellings.
const EMAIL_KEYS = ["$email", "email"];
const PHONE_KEYS = ["$phone_number", "phone_number", "$phone", "phone"];
const LONGEST = 320;

/** The signals in the `metaData` of an event. */
export function readValues(metaData: unknown): Values {
  const email = firstText(metaData, EMAIL_KEYS);
  const phone = firstText(metaData, PHONE_KEYS);
  return { ...(email && { email }), ...(phone && { phone }) };
}

/** A missing signal joins the others; another one is somebody else's. */
export function joined(before: Values, added: Values): Values {
  const another =
    differ(before.email, added.email, (email) => email.toLowerCase()) ||
    differ(before.phone, added.phone, lastDigits);
  return another ? added : { ...before, ...added };
}

/** One text for the same values. */
export function fingerprint(values: Values): string {
  return JSON.stringify([values.email, values.phone]);
}

function differ(
  before: string | undefined,
  added: string | undefined,
  core: (text: string) => string,
): boolean {
  return !!before && !!added && core(before) !== core(added);
}

/** The same phone may be written with its country's code, or without. */
function lastDigits(phone: string): string {
  return phone.replace(/\D/g, "").slice(-8);
}

function firstText(metaData: unknown, keys: readonly string[]): string {
  if (typeof metaData !== "object" || !metaData) return "";
  const texts = keys.map((key) => (metaData as Record<string, unknown>)[key]);
  const found = texts.find((text) => typeof text === "string" && text.trim());
  return typeof found === "string" ? found.trim().slice(0, LONGEST) : "";
}
