// Hands a submission over to the service, which seals it into a ticket.

import { endpoint, type Config } from "./config";
import { passing, post, retryAfter } from "./requests";
import type { Values } from "./values";

export interface Ticket {
  readonly url: string; // where the link button leads
  readonly ticket: string; // sealed; asks for the state
  readonly qr: QrMatrix;
}

/** Each row is hexadecimal, its bits from the left, without the quiet zone. */
export interface QrMatrix {
  readonly size: number;
  readonly rows: readonly string[];
}

const PAUSES_S = [1, 4, 15, 60];

/** A ticket for these values; null if it was refused, or is no longer wanted. */
export async function obtainTicket(
  config: Config,
  form: string,
  values: Values,
  wanted: () => boolean,
): Promise<Ticket | null> {
  for (const pause of [...PAUSES_S, 0]) {
    const got = await ask(config, { form, ...values });
    if (typeof got !== "number") return got;
    if (pause) await pass(got || pause, !got);
    if (!wanted()) return null;
  }
  return null;
}

/** The ticket, null for a refusal, or seconds to wait (0: any time will do). */
async function ask(config: Config, body: unknown): Promise<Ticket | null | number> {
  try {
    const answer = await post(endpoint(config, "tickets"), body);
    if (passing(answer)) return retryAfter(answer) || 0;
    return answer.ok ? readTicket(config, await answer.json()) : null;
  } catch {
    return 0; // no network for a moment
  }
}

function readTicket(config: Config, answer: Ticket): Ticket | null {
  return answer.url.startsWith(`${config.base}/`) ? answer : null;
}

/** Lets seconds pass; being online again may end them early. */
function pass(seconds: number, early: boolean): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      window.removeEventListener("online", end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    if (early) window.addEventListener("online", end);
  });
}
