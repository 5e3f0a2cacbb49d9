// The rules of a conversation: what is shown of a thread, and of the run under way.

import type { AgentEvent, ChatMessage, Outcome, ToolCall } from "./events";

/** The messages of a run, with this event in them. */
export function told(messages: readonly ChatMessage[], event: AgentEvent): ChatMessage[] {
  switch (event.type) {
    case "TEXT_MESSAGE_START":
      return withAssistant(messages, event.messageId, (each) => each);
    case "TEXT_MESSAGE_CONTENT":
      return withAssistant(messages, event.messageId, (each) => ({
        ...each,
        content: (each.content ?? "") + event.delta,
      }));
    case "TOOL_CALL_START":
      return withAssistant(messages, event.parentMessageId, (each) => ({
        ...each,
        toolCalls: [...(each.toolCalls ?? []), called(event.toolCallId, event.toolCallName)],
      }));
    case "TOOL_CALL_RESULT":
      return [...messages, answered(event)];
    default:
      return [...messages];
  }
}

function withAssistant(
  messages: readonly ChatMessage[],
  id: string,
  change: (message: ChatMessage) => ChatMessage,
): ChatMessage[] {
  const known = messages.some((each) => each.id === id);
  const all = known ? messages : [...messages, { id, role: "assistant" }];
  return all.map((each) => (each.id === id ? change(each) : each));
}

function called(id: string, name: string): ToolCall {
  return { id, function: { name, arguments: "{}" } };
}

function answered(event: AgentEvent & { type: "TOOL_CALL_RESULT" }): ChatMessage {
  const { messageId: id, toolCallId, content } = event;
  return { id, role: "tool", toolCallId, content };
}

/** What the program keeps, and what it has not stored yet; the kept one counts. */
export function merged(
  kept: readonly ChatMessage[],
  live: readonly ChatMessage[],
): ChatMessage[] {
  const known = new Set(kept.map((each) => each.id));
  return [...kept, ...live.filter((each) => !known.has(each.id))];
}

/** What is drawn, in order. */
export type Item =
  | { kind: "said"; id: string; text: string }
  | { kind: "text"; id: string; text: string }
  | { kind: "call"; id: string; tool: string; outcome: Outcome | null };

/** A tool's answer stands where it was called. */
export function items(messages: readonly ChatMessage[]): Item[] {
  const outcomes = new Map(
    messages.filter((each) => each.role === "tool").map((each) => [each.toolCallId, each]),
  );
  const all = messages.flatMap((message): Item[] => {
    const { id, role, content } = message;
    if (role === "user") return [{ kind: "said", id, text: content ?? "" }];
    if (role !== "assistant") return [];
    const calls = (message.toolCalls ?? []).map((call): Item => ({
      kind: "call",
      id: call.id,
      tool: call.function.name,
      outcome: outcomeOf(outcomes.get(call.id)),
    }));
    return content ? [{ kind: "text", id, text: content }, ...calls] : calls;
  });
  return all.map((item, at) => withoutRepeat(item, all.slice(at + 1)));
}

/** A card that comes once more before the person speaks again is drawn then. */
function withoutRepeat(item: Item, later: readonly Item[]): Item {
  if (item.kind !== "call" || !item.outcome) return item;
  const own = slugsIn(item.outcome.data);
  const said = later.findIndex((each) => each.kind === "said");
  const turn = said === -1 ? later : later.slice(0, said);
  const again = turn.flatMap((each) =>
    each.kind === "call" ? slugsIn(each.outcome?.data) : [],
  );
  if (own.length === 0 || !own.every((each) => again.includes(each))) return item;
  const { data: _, ...rest } = item.outcome;
  return { ...item, outcome: rest };
}

/** The slugs of custom QR codes and form linkages in a tool's data. */
function slugsIn(data: unknown): string[] {
  if (typeof data !== "object" || data === null) return [];
  if ("slug" in data) return [String(data.slug)];
  return Object.values(data).flatMap((each) => (Array.isArray(each) ? each.flatMap(slugsIn) : []));
}

function outcomeOf(message: ChatMessage | undefined): Outcome | null {
  if (!message?.content) return null;
  try {
    return JSON.parse(message.content) as Outcome;
  } catch {
    return { status: "done", text: message.content };
  }
}
