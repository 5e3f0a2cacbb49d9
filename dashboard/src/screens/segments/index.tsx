// The merchant's segments: filters on friends.

import { Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { segmentsQuery } from "../../api/queries";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";

export function Component() {
  const { t } = useTranslation("segments");
  const query = useQuery(segmentsQuery);
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <Loaded query={query}>
        {(segments) =>
          segments.length === 0 ? (
            <Empty title={t("empty")} />
          ) : (
            <Stack gap="xs">
              {segments.map((each) => (
                <Paper key={each.segment_id} withBorder p="sm">
                  <Text fw={500}>{each.name}</Text>
                </Paper>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </>
  );
}
