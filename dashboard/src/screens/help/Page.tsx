// A help page: its sections, each with an address of its own.

import { Anchor, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";

import type { Schemas } from "../../api/client";
import { spoken } from "../../app/language";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";
import { Markdown } from "../../parts/Markdown";
import { pageQuery } from "./reading";

export function Page({ id }: { id: string }) {
  const { t } = useTranslation("help");
  const query = useQuery(pageQuery(spoken(), id));
  return (
    <>
      <Anchor component={Link} to="/help" size="sm" underline="always">
        {t("back")}
      </Anchor>
      <Loaded query={query}>{(page) => <Read page={page} />}</Loaded>
    </>
  );
}

function Read({ page }: { page: Schemas["PageText"] }) {
  const { t } = useTranslation("help");
  const { hash, key } = useLocation();
  useEffect(() => {
    const section = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (section) section.scrollIntoView();
    // `key` too: the same link pressed again leads there again.
  }, [hash, key, page]);
  return (
    <>
      <PageHead title={page.title} />
      <Stack component="nav" aria-label={t("on_page")} gap={4} mb="lg">
        {page.sections.map((each) => (
          <Anchor key={each.id} component={Link} to={`#${anchor(each.id)}`} size="sm">
            {each.title}
          </Anchor>
        ))}
      </Stack>
      {page.sections.map((each) => (
        <section key={each.id} aria-labelledby={anchor(each.id)}>
          <Title
            order={2}
            size="h3"
            id={anchor(each.id)}
            mt="xl"
            mb="sm"
            style={{ scrollMarginTop: 72 }}
          >
            {each.title}
          </Title>
          <Markdown text={each.text} />
        </section>
      ))}
    </>
  );
}

/** A section's id is `page#section`. */
function anchor(id: string): string {
  return id.split("#").at(-1) ?? id;
}
