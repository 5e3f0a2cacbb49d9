// The sections of the help that an answer stands on.

import { Anchor, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Schemas } from "../../api/client";

export function CitedSections({ sections }: { sections: readonly Schemas["CitedSection"][] }) {
  const { t } = useTranslation("chat");
  const cited = sections.filter((each) => typeof each === "object");
  if (cited.length === 0) return null;
  return (
    <Group gap="xs" role="group" aria-label={t("cards.sources")}>
      <Text size="xs" c="dimmed">
        {t("cards.sources")}
      </Text>
      {cited.map((each) => (
        <Anchor key={each.id} component={Link} to={`/help/${each.id}`} size="xs" underline="always">
          {each.page_title}: {each.heading}
        </Anchor>
      ))}
    </Group>
  );
}
