// A person's yes or no to what a program asked for.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { answered, api, type Schemas } from "../../api/client";
import { saidDone } from "../../parts/said_done";

/** `useAnswer(id).mutate({approved: true})`; everything that is shown is read anew. */
export function useAnswer(id: string) {
  const { t } = useTranslation("approvals");
  const client = useQueryClient();
  return useMutation({
    mutationFn: (answer: Schemas["Answer"]) =>
      answered(
        api.POST("/api/v1/approval-requests/{request_id}", {
          params: { path: { request_id: id } },
          body: answer,
        }),
      ),
    onSuccess: ({ request, change_id: change }) =>
      saidDone(t(request.state === "approved" ? "done" : "refused"), change ?? null),
    // After a refusal too: somebody else may have answered meanwhile.
    onSettled: () => client.invalidateQueries(),
  });
}
