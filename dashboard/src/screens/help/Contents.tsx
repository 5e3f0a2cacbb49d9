// All help pages, each with what it has sections about.

import { Anchor, Paper, SimpleGrid, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Loaded } from "../../parts/Loaded";
import { spoken } from "../../app/language";
import { contentsQuery } from "./reading";

export function Contents() {
  const { t } = useTranslation("help");
  const query = useQuery(contentsQuery(spoken()));
  return (
    <>
      <Title order={2} size="h4" mb="sm">
        {t("pages")}
      </Title>
      <Loaded query={query}>
        {({ pages }) => (
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {pages.map((page) => (
              <Paper key={page.id} withBorder p="md">
                <Title order={3} size="h5" mb="xs">
                  <Anchor component={Link} to={`/help/${page.id}`} inherit>
                    {page.title}
                  </Anchor>
                </Title>
                <Stack gap={4} component="ul" m={0} pl="md">
                  {page.sections.map((each) => (
                    <li key={each.id}>
                      <Anchor component={Link} to={`/help/${each.id}`} size="sm">
                        {each.title}
                      </Anchor>
                    </li>
                  ))}
                </Stack>
              </Paper>
            ))}
          </SimpleGrid>
        )}
      </Loaded>
    </>
  );
}
