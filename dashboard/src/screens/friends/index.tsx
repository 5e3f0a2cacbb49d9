// Everyone who follows the merchant's LINE account.

import { Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { answered, api } from "../../api/client";
import { follows } from "../../api/live";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";

export function Component() {
  const { t } = useTranslation("friends");
  const query = useQuery({
    queryKey: ["friends"],
    queryFn: () => answered(api.POST("/api/v1/friends/search", { body: {} })),
    ...follows("friends", "links"),
  });
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <Loaded query={query}>
        {({ friends }) =>
          friends.length === 0 ? (
            <Empty title={t("empty")} />
          ) : (
            <Stack gap="xs">
              {friends.map((each) => (
                <Paper key={each.line_user_id} withBorder p="sm">
                  <Group justify="space-between">
                    <Text fw={500}>{each.name ?? t("nameless")}</Text>
                    <Badge variant="light" tt="none" color={each.linked ? "teal" : "gray"}>
                      {t(each.linked ? "linked" : "unlinked")}
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
