// The settings of the integration with Klaviyo.

import { Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { toolQuery } from "../../api/queries";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";

export function Component() {
  const { t } = useTranslation("integration");
  const query = useQuery(toolQuery("show_form_linkage", {}));
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <Loaded query={query}>
        {({ block: { form_linkages: linkages } }) =>
          linkages.length === 0 ? (
            <Empty title={t("empty")} />
          ) : (
            <Stack gap="xs">
              {linkages.map((each) => (
                <Paper key={each.slug} withBorder p="sm">
                  <Text fw={500}>{each.form_name}</Text>
                </Paper>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </>
  );
}
