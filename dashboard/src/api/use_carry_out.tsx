// A write from a screen, with what follows it everywhere.

import { useMutation, useQueryClient } from "@tanstack/react-query";

import { saidDone } from "../parts/said_done";
import { carryOut, type Takes, type ToolAnswer, type ToolName } from "./client";

interface Follow<Name extends ToolName> {
  /** What the notification says instead of the words of the catalogue `app`. */
  done?: string;
  onDone?: (answer: ToolAnswer<Name>) => void;
}

/**
 * `const save = useCarryOut("create_qr_link")`, then `save.mutate(args)`.
 *
 * On success everything that is shown is read anew, and a notification offers Undo.
 * On failure `save.error` is an ApiProblem for `Problem`, and nothing typed is lost.
 */
export function useCarryOut<Name extends ToolName>(tool: Name, follow?: Follow<Name>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Takes<Name>) => carryOut(tool, args),
    onSuccess: async (answer) => {
      await client.invalidateQueries();
      saidDone(follow?.done, answer.changeId);
      follow?.onDone?.(answer);
    },
  });
}
