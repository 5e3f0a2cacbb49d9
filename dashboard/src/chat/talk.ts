// The conversation of this browser: one for the panel, the page, and every tab.
//
// What the program keeps is the truth; here is only what it does not know yet: the run
// under way, what is being written, and which conversation is open.

import { useSyncExternalStore } from "react";

import { asProblem, type ApiProblem, problemFrom } from "../api/problem";
import { ME, queryClient } from "../api/query_client";
import { told } from "./conversation";
import type { AgentEvent, CardAnswer, ChatMessage } from "./events";
import { followed, started, stop, type RunInput } from "./stream";
import { threadQuery, THREADS } from "./thread";

const KEPT_THREAD = "agent-thread";
const KEPT_DRAFT = "agent-draft";

/** A run that this page hears. */
export interface Live {
  runId: string;
  messages: ChatMessage[];
  /** Whether it was asked to stop. */
  stopping: boolean;
}

export interface Talk {
  threadId: string;
  /** Whether anything was ever said in it, as far as this browser knows. */
  begun: boolean;
  draft: string;
  live: Live | null;
  problem: ApiProblem | null;
}

let talk: Talk = {
  threadId: window.localStorage.getItem(KEPT_THREAD) ?? crypto.randomUUID(),
  begun: window.localStorage.getItem(KEPT_THREAD) !== null,
  draft: window.localStorage.getItem(KEPT_DRAFT) ?? "",
  live: null,
  problem: null,
};
/** Runs whose end was heard: the thread may still name one for a moment. */
const ended = new Set<string>();
const listeners = new Set<() => void>();

export function useTalk(): Talk {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => talk,
  );
}

function put(part: Partial<Talk>): void {
  talk = { ...talk, ...part };
  listeners.forEach((each) => each());
}

// Another tab opened another conversation: one talks about the same thing everywhere.
window.addEventListener("storage", ({ key, newValue }) => {
  if (key === KEPT_THREAD && newValue && newValue !== talk.threadId && !talk.live)
    put({ threadId: newValue, begun: true, problem: null });
});

/** Keep what is being written, over a reload too. */
export function write(draft: string): void {
  window.localStorage.setItem(KEPT_DRAFT, draft);
  put({ draft });
}

/** Open this conversation. The run of the one before goes on unheard. */
export function openThread(threadId: string): void {
  window.localStorage.setItem(KEPT_THREAD, threadId);
  put({ threadId, begun: true, live: null, problem: null });
}

/** Begin a conversation; it is kept once something is said in it. */
export function newThread(): void {
  window.localStorage.removeItem(KEPT_THREAD);
  put({ threadId: crypto.randomUUID(), begun: false, live: null, problem: null });
}

/** Say something. Open cards are given up by it, unless it answers them. */
export async function say(text: string): Promise<void> {
  const message = { id: crypto.randomUUID(), role: "user", content: text.trim() };
  if (!message.content || talk.live) return;
  write("");
  const stands = await run({ messages: [message] }, [message]);
  if (!stands && talk.draft === "") write(text);
}

/** Answer the open cards, all of them at once. */
export async function answer(answers: Record<string, CardAnswer>): Promise<void> {
  const resume = Object.entries(answers).map(([interruptId, payload]) => ({
    interruptId,
    status: "resolved",
    payload,
  }));
  if (!talk.live) await run({ messages: [], resume }, []);
}

/** Hear a run that another tab, or this one before a reload, has started. */
export async function follow(runId: string): Promise<void> {
  if (talk.live || ended.has(runId)) return;
  await listen(runId, followed(runId), []);
}

/** Stop the run under way; what it has done stands. */
export async function stopRun(): Promise<void> {
  if (!talk.live) return;
  put({ live: { ...talk.live, stopping: true } });
  await stop(talk.live.runId).catch((error: unknown) => put({ problem: asProblem(error) }));
}

export function forgetProblem(): void {
  put({ problem: null });
}

/** Whether what was said stands in the conversation. */
async function run(
  input: Pick<RunInput, "messages" | "resume">,
  said: ChatMessage[],
): Promise<boolean> {
  const { threadId } = talk;
  window.localStorage.setItem(KEPT_THREAD, threadId);
  put({ begun: true });
  const runId = crypto.randomUUID();
  return listen(runId, started({ threadId, runId, ...input }), said);
}

async function listen(
  runId: string,
  events: AsyncGenerator<AgentEvent>,
  said: ChatMessage[],
): Promise<boolean> {
  const { threadId } = talk;
  let messages = said;
  put({ live: { runId, messages, stopping: false }, problem: null });
  const hears = () => talk.live?.runId === runId;
  try {
    for await (const event of events) {
      // Another conversation was opened meanwhile: the run goes on unheard.
      if (!hears()) return true;
      if (event.type === "RUN_ERROR") put({ problem: problemFrom(event) });
      messages = told(messages, event);
      if (talk.live) put({ live: { ...talk.live, messages } });
    }
  } catch (error) {
    noticed(error);
  }
  ended.add(runId);
  const kept = await caughtUp(threadId);
  if (hears()) put({ live: null });
  return said.every((each) => kept.has(each.id));
}

function noticed(error: unknown): void {
  const problem = asProblem(error);
  // The text is kept: it can be sent again after signing in over the screen.
  if (problem.signedOut) queryClient.setQueryData(ME, null);
  else put({ problem });
}

/** Read the conversation anew; gives the ids of its messages. */
async function caughtUp(threadId: string): Promise<Set<string>> {
  void queryClient.invalidateQueries({ queryKey: [THREADS], exact: true });
  const thread = await queryClient.fetchQuery(threadQuery(threadId)).catch(() => null);
  return new Set(thread?.messages.map((each) => each.id));
}
