// What programs asked for, and what became of it.

import { Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { approvalRequestsQuery } from "../../api/queries";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";
import { When } from "../../parts/When";

export function Component() {
  const { t } = useTranslation("approvals");
  const query = useQuery(approvalRequestsQuery);
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <Loaded query={query}>
        {(requests) =>
          requests.length === 0 ? (
            <Empty title={t("empty")} />
          ) : (
            <Stack gap="xs">
              {requests.map((each) => (
                <Paper key={each.id} withBorder p="sm">
                  <Group justify="space-between">
                    <Stack gap={0}>
                      <Text fw={500}>{each.title}</Text>
                      <Text size="sm" c="dimmed">
                        {t("asked_by", { name: each.asked_by })} · <When at={each.asked_at} />
                      </Text>
                    </Stack>
                    <Badge variant="light" tt="none">
                      {t(`state.${each.state}`)}
                    </Badge>
                  </Group>
                </Paper>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </>
  );
}
