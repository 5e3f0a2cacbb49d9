// A run's events over HTTP; a stream that breaks off goes on where it was.

import { spoken } from "../app/language";
import { heard, lost } from "../api/connection";
import { connectionLost, problemOf } from "../api/problem";
import type { AgentEvent } from "./events";

const AGAIN_MS = 1_500;
const RUNS = "/api/v1/agent";

/** What starts a run: a message, or answers to the open cards. */
export interface RunInput {
  threadId: string;
  runId: string;
  messages: unknown[];
  resume?: unknown[];
}

/**
 * The events of a new run, to its end. Sending it twice starts it once.
 *
 * Rejects with an ApiProblem where the request is refused.
 */
export function started(input: RunInput): AsyncGenerator<AgentEvent> {
  return resumed(input.runId, () =>
    fetch(RUNS, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": spoken() },
      body: JSON.stringify(input),
    }),
  );
}

/** The events of a run that is under way, from its beginning. */
export function followed(runId: string): AsyncGenerator<AgentEvent> {
  return resumed(runId, () => events(runId, 0));
}

/** Stop a run; what it has done stands. */
export async function stop(runId: string): Promise<void> {
  const answer = await fetch(`${RUNS}/runs/${runId}/cancel`, { method: "POST" });
  if (!answer.ok) throw await problemOf(answer);
}

function events(runId: string, after: number): Promise<Response> {
  return fetch(`${RUNS}/runs/${runId}/events`, { headers: { "Last-Event-ID": String(after) } });
}

async function* resumed(
  runId: string,
  first: () => Promise<Response>,
): AsyncGenerator<AgentEvent> {
  let last = 0;
  for (;;) {
    try {
      const answer = await (last === 0 ? first() : events(runId, last)).catch(() => null);
      if (!answer) throw connectionLost();
      if (!answer.ok) throw await problemOf(answer);
      heard();
      for await (const event of read(answer)) {
        last = event.number;
        yield event;
        if (event.type === "RUN_FINISHED" || event.type === "RUN_ERROR") return;
      }
    } catch (error) {
      if (!isBreak(error)) throw error;
    }
    await again();
  }
}

/** Refusals are told; everything else is the way between us. */
function isBreak(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof DOMException) return true;
  return error instanceof Error && Reflect.get(error, "connectionLost") === true;
}

/** Until the program may answer again. */
function again(): Promise<void> {
  return new Promise((done) => {
    lost(() => undefined);
    window.setTimeout(done, AGAIN_MS);
  });
}

async function* read(answer: Response): AsyncGenerator<AgentEvent> {
  if (!answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (text + value).split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      const event = eventOf(part);
      if (event) yield event;
    }
  }
}

/** One event; comments that only keep the line open are none. */
function eventOf(part: string): AgentEvent | null {
  const lines = part.split("\n");
  const field = (name: string) =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = field("data");
  if (data === undefined) return null;
  return { ...(JSON.parse(data) as AgentEvent), number: Number(field("id") ?? 0) };
}
