// Every change, who made it and when, and the way back.

import { Button, Stack, Text } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { spoken } from "../../app/language";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";
import { ChangeRow } from "./ChangeRow";
import { FilterBar } from "./FilterBar";
import { EVERYTHING, historyQuery } from "./history";

export function Component() {
  const { t } = useTranslation("changes");
  const [filter, setFilter] = useState(EVERYTHING);
  const query = useInfiniteQuery({
    ...historyQuery(filter, spoken()),
    placeholderData: keepPreviousData,
  });
  const filtered = Object.values(filter).some(Boolean);
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <FilterBar filter={filter} onFilter={setFilter} />
      <Loaded query={query}>
        {({ pages }) => {
          const changes = pages.flatMap((page) => page.changes);
          if (changes.length === 0)
            return <Empty title={t(filtered ? "empty_filtered" : "empty")} />;
          return (
            <Stack gap="xs" component="ol" p={0} m={0} style={{ listStyle: "none" }}>
              {changes.map((each) => (
                <ChangeRow key={each.id} change={each} />
              ))}
            </Stack>
          );
        }}
      </Loaded>
      {query.hasNextPage && (
        <Button
          mt="md"
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("more")}
        </Button>
      )}
      <Text size="sm" c="dimmed" mt="md">
        {t("zone", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
      </Text>
    </>
  );
}
