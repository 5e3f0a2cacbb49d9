// Conversations as the program keeps them.

import { queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "../api/client";
import { asProblem } from "../api/problem";
import type { ChatMessage } from "./events";

export const THREADS = "threads";

const LOOK_MS = 4_000;

export interface Thread extends Omit<Schemas["ThreadPage"], "messages"> {
  messages: ChatMessage[];
}

/** One conversation; null while nothing was said in it. Looked at for other tabs. */
export function threadQuery(threadId: string) {
  return queryOptions({
    queryKey: [THREADS, threadId],
    queryFn: () => read(threadId),
    refetchInterval: LOOK_MS,
    refetchOnWindowFocus: "always",
    staleTime: 0,
  });
}

async function read(threadId: string): Promise<Thread | null> {
  try {
    const path = { thread_id: threadId };
    const page = await answered(api.GET("/api/v1/threads/{thread_id}", { params: { path } }));
    // AG-UI's messages, which the document leaves open.
    return { ...page, messages: page.messages as unknown as ChatMessage[] };
  } catch (error) {
    if (asProblem(error).status === 404) return null;
    throw error;
  }
}

/** All conversations of whoever is signed in, the latest first. */
export const threadsQuery = queryOptions({
  queryKey: [THREADS],
  queryFn: () => answered(api.GET("/api/v1/threads")),
});

/** Forget a conversation; changes made in it stay. */
export function forget(threadId: string): Promise<unknown> {
  const path = { thread_id: threadId };
  return api.DELETE("/api/v1/threads/{thread_id}", { params: { path } });
}
