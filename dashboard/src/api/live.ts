// What changed, told by the program as it happens: who looks at it looks again.

import { useEffect } from "react";

import type { Schemas } from "./client";
import { doubted } from "./connection";
import { queryClient } from "./query_client";

export type Topic = Schemas["Topic"];

const AGAIN_MS = 15_000;

/** Options of a query that is read anew when one of these topics changes. */
export function follows(...topics: Topic[]) {
  // A stream that cannot be had costs a minute at most.
  return { meta: { topics }, refetchInterval: 60_000, refetchOnWindowFocus: "always" } as const;
}

/** Listens while the page is shown: a browser has few connections for all its tabs. */
export function useLive(): void {
  useEffect(() => {
    let stream: EventSource | undefined;
    let timer: number | undefined;
    const close = () => {
      window.clearTimeout(timer);
      stream?.close();
    };
    const open = () => {
      close();
      if (document.hidden) return;
      stream = listen(() => {
        timer = window.setTimeout(open, AGAIN_MS);
      });
    };
    open();
    document.addEventListener("visibilitychange", open);
    window.addEventListener("offline", doubt);
    return () => {
      document.removeEventListener("visibilitychange", open);
      window.removeEventListener("offline", doubt);
      close();
    };
  }, []);
}

function listen(onRefused: () => void): EventSource {
  const stream = new EventSource("/api/v1/live");
  stream.onmessage = ({ data }: MessageEvent<string>) => {
    readAgain(topicsOf(JSON.parse(data)));
  };
  stream.onerror = () => {
    // A browser tries again by itself, but not what was refused.
    if (stream.readyState === EventSource.CLOSED) onRefused();
    else doubt();
  };
  return stream;
}

function doubt(): void {
  void doubted(() => void queryClient.invalidateQueries());
}

function readAgain(topics: readonly unknown[]): void {
  void queryClient.invalidateQueries({
    predicate: ({ meta }) => meta?.topics?.some((each) => topics.includes(each)) ?? false,
  });
}

function topicsOf(told: unknown): readonly unknown[] {
  if (typeof told !== "object" || told === null || !("topics" in told)) return [];
  return Array.isArray(told.topics) ? told.topics : [];
}

declare module "@tanstack/react-query" {
  interface Register {
    queryMeta: { topics?: readonly Topic[] };
  }
}
