// Whether the program answers. While it does not, it is asked again and again.

import { useSyncExternalStore } from "react";

const AGAIN_MS = 3_000;

let away = false;
let timer: number | undefined;
const listeners = new Set<() => void>();

/** Something answered. */
export function heard(): void {
  window.clearTimeout(timer);
  timer = undefined;
  if (away) change(false);
}

/** Nothing answered; `resume` is called once something does. */
export function lost(resume: () => void): void {
  if (!away) change(true);
  timer ??= window.setTimeout(() => void listen(resume), AGAIN_MS);
}

/** Whether the connection is lost right now. */
export function useAway(): boolean {
  return useSyncExternalStore(subscribe, () => away);
}

async function listen(resume: () => void): Promise<void> {
  const answer = await fetch("/health/live").catch(() => null);
  timer = undefined;
  if (!answer?.ok) return lost(resume);
  heard();
  resume();
}

function change(now: boolean): void {
  away = now;
  listeners.forEach((each) => each());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
