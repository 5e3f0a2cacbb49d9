// The three real states of a query: waiting, failed, and there.

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Problem } from "./Problem";
import { Waiting } from "./Waiting";

interface LoadedProps<Data> {
  query: UseQueryResult<Data>;
  children: (data: Data) => ReactNode;
}

/** Draws the data; what was read before stays while a later read fails. */
export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  }
  return <Waiting />;
}
