// Connecting, inviting and trying out: what is asked of the program.

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { answered, api, type Schemas } from "../../api/client";
import { saidDone } from "../../parts/said_done";

export const peopleQuery = queryOptions({
  queryKey: ["people"],
  queryFn: () => answered(api.GET("/api/v1/people")),
  meta: { topics: ["changes"] },
});

/** What is typed is sent, and nothing keeps it: neither a cache nor an answer. */
export function useConnectKlaviyo(done: string, onDone: () => void) {
  return useFollowedUp(
    (key: string) =>
      answered(api.PUT("/api/v1/connections/klaviyo", { body: { private_key: key } })),
    () => {
      saidDone(done, null);
      onDone();
    },
  );
}

export function useConnectLine(done: string, onDone: (problem: string | null) => void) {
  return useFollowedUp(
    (body: Schemas["LineKeys"]) => answered(api.PUT("/api/v1/connections/line", { body })),
    ({ webhook_problem: problem }) => {
      saidDone(done, null);
      onDone(problem);
    },
  );
}

export function useInvite() {
  return useFollowedUp((body: Schemas["Invitation"]) =>
    answered(api.POST("/api/v1/invitations", { body })),
  );
}

export function useWithdraw(done: string) {
  return useFollowedUp(
    (id: string) =>
      answered(
        api.DELETE("/api/v1/invitations/{invitation_id}", {
          params: { path: { invitation_id: id } },
        }),
      ),
    () => saidDone(done, null),
  );
}

export function useTestLogin() {
  return useMutation({
    mutationFn: () => answered(api.POST("/api/v1/connections/test-login")),
    gcTime: 0,
  });
}

function useFollowedUp<Given, Answer>(
  send: (given: Given) => Promise<Answer>,
  follow?: (answer: Answer) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    gcTime: 0,
    onSuccess: async (answer) => {
      follow?.(answer);
      await client.invalidateQueries();
    },
  });
}
