// What the friends' screens read.

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "../../api/client";
import { follows } from "../../api/live";

const PAGE = 200;

/** Pages of friends, the newest first. Far down, only the person asks anew. */
export function friendsQuery(asked: Schemas["FriendSearch"], deep: boolean) {
  return infiniteQueryOptions({
    queryKey: ["friends", asked],
    queryFn: ({ pageParam }) =>
      answered(
        api.POST("/api/v1/friends/search", {
          body: { ...asked, after: pageParam, limit: PAGE },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.after,
    ...(deep ? { staleTime: Infinity } : follows("friends", "links", "changes")),
  });
}

/** How many friends these are, counted now. */
export function friendCountQuery(asked: Schemas["FriendSearch"]) {
  return queryOptions({
    queryKey: ["friend-count", asked],
    queryFn: async () => {
      const body = { ...asked, limit: 1, count: true };
      return (await answered(api.POST("/api/v1/friends/search", { body }))).total ?? 0;
    },
    meta: { topics: ["friends", "links", "changes"] },
    staleTime: 10_000,
  });
}

export const tagsQuery = queryOptions({
  queryKey: ["tags"],
  queryFn: () => answered(api.GET("/api/v1/tags")),
  ...follows("changes"),
});

export function friendQuery(lineUserId: string) {
  return queryOptions({
    queryKey: ["friend", lineUserId],
    queryFn: () =>
      answered(
        api.GET("/api/v1/friends/{line_user_id}/detail", {
          params: { path: { line_user_id: lineUserId } },
        }),
      ),
    ...follows("friends", "links", "reviews", "changes"),
  });
}

/** The held pairs of one friend, looked for among the latest. */
export function heldQuery(lineUserId: string) {
  return queryOptions({
    queryKey: ["held", lineUserId],
    queryFn: () => heldOf(lineUserId),
    ...follows("reviews", "links"),
  });
}

const MOST_PAGES = 10;

async function heldOf(lineUserId: string): Promise<Schemas["ReviewLine"][]> {
  const found: Schemas["ReviewLine"][] = [];
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const list: Schemas["ReviewList"] = await answered(
      api.GET("/api/v1/reviews", { params: { query: { limit: 100, after } } }),
    );
    found.push(...list.reviews.filter((each) => each.line_user_id === lineUserId));
    after = list.after;
    if (after === null) break;
  }
  return found;
}
