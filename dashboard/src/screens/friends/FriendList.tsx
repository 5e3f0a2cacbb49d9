// The list of friends, looked through by what is typed and by filters.

import { Button, Group, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { Empty } from "../../parts/Empty";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { Waiting } from "../../parts/Waiting";
import { askedFor, filtersIn } from "./filters";
import { FilterBar } from "./FilterBar";
import { friendCountQuery, friendsQuery } from "./queries";
import { LongList } from "./LongList";

const LIVE_PAGES = 5;

export function FriendList() {
  const { t, i18n } = useTranslation("friends");
  const [search, setSearch] = useSearchParams();
  const [text, setText] = useState("");
  const [typed] = useDebouncedValue(text, 200);
  const asked = askedFor(filtersIn(search), typed);
  const [deep, setDeep] = useState(false);
  const query = useInfiniteQuery(friendsQuery(asked, deep));
  const pages = query.data?.pages ?? [];
  if (pages.length > LIVE_PAGES !== deep) setDeep(!deep);
  const { data: total } = useQuery(friendCountQuery(asked));
  const friends = pages.flatMap((page) => page.friends);
  const narrowed = typed !== "" || search.size > 0;
  const clear = () => {
    setText("");
    setSearch({});
  };
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <FilterBar text={text} onText={setText} />
      <Group justify="space-between" mih={32} mb="xs">
        <Text size="sm" c="dimmed" role="status">
          {total === undefined
            ? null
            : t("found", { count: total, shown: new Intl.NumberFormat(i18n.language).format(total) })}
        </Text>
        {narrowed && (
          <Button size="compact-sm" variant="subtle" onClick={clear}>
            {t("clear")}
          </Button>
        )}
      </Group>
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Waiting rows={8} />}
      {query.data && friends.length === 0 && (
        <Empty title={t(narrowed ? "none_found" : "empty")}>
          <Text size="sm" c="dimmed">
            {t(narrowed ? "none_found_hint" : "empty_hint")}
          </Text>
        </Empty>
      )}
      {friends.length > 0 && (
        <LongList
          friends={friends}
          total={total ?? friends.length}
          more={query.hasNextPage && !query.isFetchingNextPage && !query.isError}
          onMore={() => void query.fetchNextPage()}
        />
      )}
    </>
  );
}
