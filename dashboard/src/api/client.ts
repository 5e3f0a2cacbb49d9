// The typed client of our own API. The browser's cookie says who is calling.

import createClient, { type Middleware } from "openapi-fetch";

import { spoken } from "../app/language";
import { connectionLost, problemOf } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Tools = Schemas["Tools"];
export type ToolName = keyof Tools;
export type Takes<Name extends ToolName> = Tools[Name]["arguments"];
export type Gives<Name extends ToolName> = Tools[Name]["result"];

/** What a tool says: in words, and as the block that cards are drawn of. */
export interface ToolAnswer<Name extends ToolName> {
  text: string;
  block: Gives<Name>;
  /** Of a write: the change, by which it can be undone. */
  changeId: number | null;
}

const speaking: Middleware = {
  // A browser's own header does not know what was chosen in the menu.
  onRequest({ request }) {
    request.headers.set("Accept-Language", spoken());
  },
};

const raising: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
  onError: () => connectionLost(),
};

/** `api.GET("/api/v1/...")`; rejects with an ApiProblem. */
export const api = createClient<paths>({ baseUrl: window.location.origin });
api.use(speaking, raising);

/** The data of an answer: `await answered(api.GET(...))`. */
export async function answered<Data>(
  request: Promise<{ data?: Data; error?: unknown }>,
): Promise<NonNullable<Data>> {
  const { data } = await request;
  if (data === undefined || data === null) throw connectionLost();
  return data;
}

/** Ask a tool that reads. */
export function ask<Name extends ToolName>(
  tool: Name,
  args: Takes<Name>,
): Promise<ToolAnswer<Name>> {
  return call(tool, args, null);
}

/** Make one write: the person's click is the approval of exactly this call. */
export async function carryOut<Name extends ToolName>(
  tool: Name,
  args: Takes<Name>,
): Promise<ToolAnswer<Name>> {
  const approval = await answered(
    api.POST("/api/v1/approvals", { body: { tool, arguments: { ...args } } }),
  );
  return call(tool, args, approval.approval_id);
}

async function call<Name extends ToolName>(
  tool: Name,
  args: Takes<Name>,
  approvalId: string | null,
): Promise<ToolAnswer<Name>> {
  const answer = await answered(
    api.POST("/api/v1/tools/{name}", {
      params: { path: { name: tool } },
      body: { arguments: { ...args }, approval_id: approvalId },
    }),
  );
  // The document types the block by the tool's name; the route itself cannot.
  const block = answer.block as Gives<Name>;
  return { text: answer.text, block, changeId: answer.change_id ?? null };
}
