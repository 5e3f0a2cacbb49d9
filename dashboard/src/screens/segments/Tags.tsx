// Tags, apart from the segments: labels that are put on by hand.

import { Anchor, List, Paper, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Loaded } from "../../parts/Loaded";
import { tagsQuery } from "../friends/queries";

export function Tags() {
  const { t, i18n } = useTranslation("segments");
  const query = useQuery(tagsQuery);
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="tags-title">
      <Title order={2} size="h4" id="tags-title">
        {t("tags.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t("tags.about")}
      </Text>
      <Loaded query={query}>
        {(tags) =>
          tags.length === 0 ? (
            <Text size="sm">{t("tags.none")}</Text>
          ) : (
            <List size="sm">
              {tags.map(({ tag_id, name, friends }) => (
                <List.Item key={tag_id}>
                  <Anchor component={Link} to={`/friends?tag=${encodeURIComponent(name)}`}>
                    {t("tags.friends", { name, count: friends, shown: number.format(friends) })}
                  </Anchor>
                </List.Item>
              ))}
            </List>
          )
        }
      </Loaded>
    </Paper>
  );
}
