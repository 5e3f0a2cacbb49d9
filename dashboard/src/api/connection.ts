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

/** Something broke off: look whether the program still answers. */
export async function doubted(resume: () => void): Promise<void> {
  if (!(await answers())) lost(resume);
}

/** Whether the connection is lost right now. */
export function useAway(): boolean {
  return useSyncExternalStore(subscribe, () => away);
}

async function listen(resume: () => void): Promise<void> {
  const back = await answers();
  timer = undefined;
  if (!back) return lost(resume);
  heard();
  resume();
}

async function answers(): Promise<boolean> {
  const answer = await fetch("/health/live", { cache: "no-store" }).catch(() => null);
  return answer?.ok ?? false;
}

function change(now: boolean): void {
  away = now;
  listeners.forEach((each) => each());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
