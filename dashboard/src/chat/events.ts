// What the program tells of a run, as far as the chat shows it: AG-UI 1.0.

import type { Schemas } from "../api/client";

interface Numbered {
  /** Its place in the run; a stream that broke off goes on after it. */
  number: number;
}

export type AgentEvent = Numbered &
  (
    | { type: "TEXT_MESSAGE_START"; messageId: string }
    | { type: "TEXT_MESSAGE_CONTENT"; messageId: string; delta: string }
    | { type: "TOOL_CALL_START"; toolCallId: string; toolCallName: string; parentMessageId: string }
    | { type: "TOOL_CALL_RESULT"; toolCallId: string; messageId: string; content: string }
    | { type: "CUSTOM"; name: string; value: unknown }
    | { type: "RUN_FINISHED" }
    | { type: "RUN_ERROR"; message: string; code?: string }
  );

/** A message as AG-UI has it, in a thread and of a run. */
export interface ChatMessage {
  id: string;
  role: string;
  content?: string | null;
  toolCalls?: ToolCall[] | null;
  toolCallId?: string;
}

export interface ToolCall {
  id: string;
  function: { name: string; arguments: string };
}

/** What a tool call came to. */
export interface Outcome {
  status: "done" | "error" | "rejected" | "superseded" | "interrupted";
  text?: string;
  message?: string;
  data?: unknown;
  change_id?: number;
}

export type OpenCard = Schemas["OpenCard"];
export type ThreadPage = Schemas["ThreadPage"];

/** The answer to one card, in AG-UI's words. */
export interface CardAnswer {
  approved: boolean;
  editedArgs?: Record<string, unknown>;
  reason?: string;
}
