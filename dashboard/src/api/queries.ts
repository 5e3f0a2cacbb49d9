// What several screens read. A query of one screen stands beside that screen.

import { queryOptions } from "@tanstack/react-query";

import { answered, api, ask, type Schemas, type Takes, type ToolName } from "./client";
import { ApiProblem } from "./problem";
import { follows, type Topic } from "./live";
import { ME } from "./query_client";

export type Me = Schemas["Me"];

/** Who is signed in; null is nobody. */
export const meQuery = queryOptions({
  queryKey: ME,
  queryFn: async (): Promise<Me | null> => {
    try {
      return await answered(api.GET("/api/v1/me"));
    } catch (error) {
      if (error instanceof ApiProblem && error.signedOut) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/**
 * A tool that reads, as a query: `useQuery(toolQuery("show_qr_links", {}))`.
 *
 * It is read anew when one of `topics` changes.
 */
export function toolQuery<Name extends ToolName>(
  tool: Name,
  args: Takes<Name>,
  topics: readonly Topic[] = ["changes"],
) {
  return queryOptions({
    queryKey: ["tool", tool, args],
    queryFn: () => ask(tool, args),
    meta: { topics },
  });
}

export const linkageQuery = queryOptions({
  queryKey: ["linkage"],
  queryFn: () => answered(api.GET("/api/v1/linkage")),
  ...follows("links", "friends", "reviews"),
});

export const approvalRequestsQuery = queryOptions({
  queryKey: ["approval-requests"],
  queryFn: () => answered(api.GET("/api/v1/approval-requests")),
  ...follows("approvals"),
});

export const segmentsQuery = queryOptions({
  queryKey: ["segments"],
  queryFn: () => answered(api.GET("/api/v1/segments")),
  meta: { topics: ["changes", "friends"] },
});

/** Which model or planner answers in the chat. */
export const agentQuery = queryOptions({
  queryKey: ["agent"],
  queryFn: () => answered(api.GET("/api/v1/agent")),
  staleTime: 60_000,
});

/** What is connected to Klaviyo and LINE; never a key. */
export const connectionsQuery = queryOptions({
  queryKey: ["connections"],
  queryFn: () => answered(api.GET("/api/v1/connections")),
  meta: { topics: ["changes"] },
});

/** The tools, with what they are called and take; they change with the program only. */
export const toolsQuery = queryOptions({
  queryKey: ["tools"],
  queryFn: () => answered(api.GET("/api/v1/tools")),
  staleTime: Infinity,
});

export type ImportRun = Schemas["ImportRun"];

const WATCHING_MS = 3_000;
const QUIET_MS = 60_000;

const importTool = toolQuery("show_import", {}, ["imports", "changes"]);

/** The import as it stands; looked at often while a run goes on. */
export const importQuery = queryOptions({
  ...importTool,
  refetchInterval: ({ state: { data } }) =>
    data?.block.runs.some(importIsRunning) ? WATCHING_MS : QUIET_MS,
});

export function importIsRunning(run: ImportRun): boolean {
  return run.state === "running";
}
