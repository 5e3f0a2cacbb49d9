// How requests are repeated, and what every failure sets off.

import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";

import { heard, lost } from "./connection";
import { asProblem } from "./problem";

export const ME = ["me"] as const;

const MOST_TRIES = 2;
const LONGEST_WAIT_MS = 30_000;

function noticed(error: unknown): void {
  const problem = asProblem(error);
  if (problem.connectionLost) lost(() => void queryClient.invalidateQueries());
  if (problem.signedOut) queryClient.setQueryData(ME, null);
}

function waitBefore(tried: number, error: unknown): number {
  const told = asProblem(error).retryAfter;
  return Math.min(told ? told * 1000 : 500 * 2 ** tried, LONGEST_WAIT_MS);
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticed, onSuccess: heard }),
  mutationCache: new MutationCache({ onError: noticed, onSuccess: heard }),
  defaultOptions: {
    queries: {
      // A machine without a network still reaches a program on itself.
      networkMode: "always",
      staleTime: 2_000,
      retry: (tried, error) => tried < MOST_TRIES && asProblem(error).passing,
      retryDelay: waitBefore,
    },
    // A write is never repeated by itself: the person sees what happened first.
    mutations: { networkMode: "always", retry: false },
  },
});
