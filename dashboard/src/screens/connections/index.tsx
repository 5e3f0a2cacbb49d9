// What is connected to Klaviyo and LINE, and what is missing.

import { Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { toolQuery } from "../../api/queries";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";

const COLORS = { ok: "teal", missing: "orange", failed: "red", unknown: "gray" } as const;

export function Component() {
  const { t } = useTranslation("connections");
  const query = useQuery(toolQuery("check_setup", {}));
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <Loaded query={query}>
        {({ block: { checks } }) => (
          <Stack gap="xs">
            {checks.map((each) => (
              <Paper key={`${each.platform} ${each.what}`} withBorder p="sm">
                <Group justify="space-between" wrap="nowrap" align="flex-start">
                  <Text className="breakable">{each.says}</Text>
                  <Badge variant="light" tt="none" color={COLORS[each.state]} flex="none">
                    {t(`state.${each.state}`)}
                  </Badge>
                </Group>
              </Paper>
            ))}
          </Stack>
        )}
      </Loaded>
    </>
  );
}
