// Follows a ticket that is shown as a QR code: scanned yet, done yet?

import { endpoint, type Config } from "./config";
import { get, passing, retryAfter } from "./requests";
import type { Ticket } from "./tickets";

const STATES = ["waiting", "scanned", "done", "expired"] as const;
/** `failed`: the service knows nothing of this ticket. */
export type State = (typeof STATES)[number] | "failed";

const PAUSE_S = 2;
/** How long a QR code is followed, from its ticket on. */
export const LONGEST_MS = 15 * 60_000;

export interface Follower {
  /** Whether there may still be somebody to tell. */
  listens(): boolean;
  /** Whether the code is seen now. */
  looks(): boolean;
  tell(state: State): void;
}

/** Asks every two seconds until the state is final, or nobody listens any more. */
export async function follow(
  config: Config,
  ticket: Ticket,
  follower: Follower,
): Promise<void> {
  const url = `${endpoint(config, "state")}?t=${encodeURIComponent(ticket.ticket)}`;
  let pause = PAUSE_S;
  while (follower.listens()) {
    await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    if (document.visibilityState === "hidden" || !follower.looks()) continue;
    const news = await ask(url);
    pause = typeof news === "number" ? news : PAUSE_S;
    if (typeof news === "number" || !follower.listens()) continue;
    follower.tell(news);
    if (final(news)) return;
  }
}

/** Whether nothing changes any more. */
export function final(state: State): boolean {
  return state !== "waiting" && state !== "scanned";
}

/** The state, or the seconds after which to ask again. */
async function ask(url: string): Promise<State | number> {
  try {
    const answer = await get(url);
    if (passing(answer)) return retryAfter(answer) || PAUSE_S * 2;
    if (!answer.ok) return "failed";
    const { state } = await answer.json();
    return STATES.find((known) => known === state) || PAUSE_S;
  } catch {
    return PAUSE_S * 2; // no network for a moment
  }
}
