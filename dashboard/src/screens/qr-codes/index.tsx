// The merchant's custom QR codes.

import { Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { toolQuery } from "../../api/queries";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";

export function Component() {
  const { t } = useTranslation("qr-codes");
  const query = useQuery(toolQuery("show_qr_links", {}));
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <Loaded query={query}>
        {({ block: { qr_links: links } }) =>
          links.length === 0 ? (
            <Empty title={t("empty")} />
          ) : (
            <Stack gap="xs">
              {links.map((each) => (
                <Paper key={each.slug} withBorder p="sm">
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
