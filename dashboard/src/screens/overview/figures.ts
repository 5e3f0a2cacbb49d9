// What the overview reads.

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { answered, api } from "../../api/client";
import { follows } from "../../api/live";

export function coverageQuery(days: number) {
  return queryOptions({
    queryKey: ["coverage", days],
    queryFn: () => answered(api.GET("/api/v1/coverage", { params: { query: { days } } })),
    ...follows("links", "friends"),
  });
}

export const reviewsQuery = infiniteQueryOptions({
  queryKey: ["reviews"],
  queryFn: ({ pageParam }) =>
    answered(api.GET("/api/v1/reviews", { params: { query: { after: pageParam, limit: 10 } } })),
  initialPageParam: null as string | null,
  getNextPageParam: ({ after }) => after,
  ...follows("reviews"),
});

export const budgetQuery = queryOptions({
  queryKey: ["klaviyo-budget"],
  queryFn: () => answered(api.GET("/api/v1/klaviyo-budget")),
  refetchInterval: 15_000,
});
