// What waits for a person's decision, and the values that many share.

import { Button, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { Loaded } from "../../parts/Loaded";
import { reviewsQuery } from "./figures";
import { Review } from "./Review";
import { Section } from "./Section";

export function Reviews() {
  const { t } = useTranslation("overview");
  const query = useInfiniteQuery(reviewsQuery);
  return (
    <Section title={t("reviews.title")}>
      <Loaded query={query}>
        {({ pages }) => {
          const reviews = pages.flatMap((page) => page.reviews);
          const shared = pages[0]?.shared_values ?? [];
          return (
            <>
              {reviews.length === 0 && (
                <Text size="sm" c="dimmed">
                  {t("reviews.none")}
                </Text>
              )}
              <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
                {reviews.map((each) => (
                  <Review key={`${each.line_user_id} ${each.since}`} review={each} />
                ))}
              </Stack>
              {query.hasNextPage && (
                <Button
                  size="xs"
                  mt="sm"
                  variant="default"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {t("reviews.more")}
                </Button>
              )}
              {shared.length > 0 && <Shared values={shared} />}
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

function Shared({ values }: { values: Schemas["SharedLine"][] }) {
  const { t, i18n } = useTranslation("overview");
  return (
    <Stack gap="xs" mt="md">
      <Title order={3} size="h5">
        {t("reviews.shared")}
      </Title>
      {values.map((each) => (
        <Text size="sm" key={`${each.what} ${each.setting} ${each.profile_id}`}>
          {t("reviews.shared_by", { count: each.line_users })}
          {each.profile_id && ` · ${t("reviews.profile", { profile: each.profile_id })}`}
          {i18n.language === "en" && ` · ${each.reason} ${each.next_step}`}
        </Text>
      ))}
    </Stack>
  );
}
