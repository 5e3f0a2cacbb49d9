// What the server writes into the script for one merchant.

export interface Config {
  readonly base: string; // the service's address, without a slash at the end
  readonly key: string; // the merchant's public embed key
  readonly forms: readonly FormLinkage[];
  readonly texts: Texts; // in the visitor's language
}

export interface FormLinkage {
  readonly form: string; // Klaviyo's form ID
  readonly label: string; // the CTA label
  readonly button: string; // the Success screen button URL
}

export type TextName =
  "scan" | "waiting" | "scanned" | "done" | "failed" | "expired" | "qr";
export type Texts = Readonly<Record<TextName, string>>;

/** The configuration; null in a script that no server has filled in. */
export function readConfig(given: unknown): Config | null {
  return typeof given === "object" ? (given as Config | null) : null;
}

/** Whether no other copy of this merchant's script runs on the page. */
export function firstRun(key: string): boolean {
  const page = window as typeof window & { __lineLink?: Record<string, true> };
  const running = (page.__lineLink = page.__lineLink || {});
  if (running[key]) return false;
  return (running[key] = true);
}

/** The address of an endpoint of the embed contract. */
export function endpoint(config: Config, path: string): string {
  return `${config.base}/embed/${encodeURIComponent(config.key)}/${path}`;
}
