// Every run of the last thirty days.

import { Button, Center, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Empty } from "../../parts/Empty";
import { Problem } from "../../parts/Problem";
import { Waiting } from "../../parts/Waiting";
import { Head } from "./Head";
import type { ImportRun } from "../../api/queries";
import { importRunsQuery } from "./queries";
import { RunCard } from "../../parts/import_run/RunCard";

export function History() {
  const { t } = useTranslation("integration");
  const query = useInfiniteQuery(importRunsQuery);
  const runs = query.data?.pages.flatMap((page) => page.runs);
  return (
    <Head tab="history">
      <Stack>
        {runs?.length === 0 && <Empty title={t("import.no_runs")} />}
        {runs?.map((each) => <Run key={each.run_id} run={each} />)}
        {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
        {query.isPending && <Waiting />}
        {query.hasNextPage && (
          <Center>
            <Button
              variant="default"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t("import.more_runs")}
            </Button>
          </Center>
        )}
      </Stack>
    </Head>
  );
}

function Run({ run }: { run: ImportRun }) {
  const { t } = useTranslation("integration");
  return (
    <Stack gap={4}>
      <Text size="sm" c="dimmed" className="breakable">
        {t("import.from", { segment: run.segment_name, property: run.property })}
      </Text>
      <RunCard run={run} />
      {run.state === "failed" && run.error && (
        <Text size="sm" fw={500}>
          {run.error}
        </Text>
      )}
    </Stack>
  );
}
