// What several screens read. A query of one screen stands beside that screen.

import { queryOptions } from "@tanstack/react-query";

import { answered, api, ask, type Schemas, type Takes, type ToolName } from "./client";
import { ApiProblem } from "./problem";
import { LIVE, ME } from "./query_client";

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

/** A tool that reads, as a query: `useQuery(toolQuery("show_qr_links", {}))`. */
export function toolQuery<Name extends ToolName>(tool: Name, args: Takes<Name>) {
  return queryOptions({
    queryKey: ["tool", tool, args],
    queryFn: () => ask(tool, args),
  });
}

export const linkageQuery = queryOptions({
  queryKey: ["linkage"],
  queryFn: () => answered(api.GET("/api/v1/linkage")),
  ...LIVE,
});

export const approvalRequestsQuery = queryOptions({
  queryKey: ["approval-requests"],
  queryFn: () => answered(api.GET("/api/v1/approval-requests")),
  ...LIVE,
});

export const segmentsQuery = queryOptions({
  queryKey: ["segments"],
  queryFn: () => answered(api.GET("/api/v1/segments")),
});

/** Which model or planner answers in the chat. */
export const agentQuery = queryOptions({
  queryKey: ["agent"],
  queryFn: () => answered(api.GET("/api/v1/agent")),
  staleTime: 60_000,
});
