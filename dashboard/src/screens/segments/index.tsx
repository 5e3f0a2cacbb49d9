// The merchant's segments: filters on friends. Tags are shown apart.

import { Button, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { segmentsQuery } from "../../api/queries";
import { useMayWrite } from "../../app/session";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";
import { NewSegment } from "./NewSegment";
import { Segment } from "./Segment";
import { Tags } from "./Tags";

export function Component() {
  const { t } = useTranslation("segments");
  const query = useQuery(segmentsQuery);
  const mayWrite = useMayWrite();
  const [making, { open, close }] = useDisclosure(false);
  return (
    <Stack gap="lg">
      <div>
        <PageHead title={t("title")} about={t("about")}>
          {mayWrite && !making && <Button onClick={open}>{t("create")}</Button>}
        </PageHead>
        {making && <NewSegment onClose={close} />}
      </div>
      <Loaded query={query}>
        {(segments) =>
          segments.length === 0 ? (
            <Empty title={t("empty")}>
              <Text size="sm" c="dimmed">
                {t("empty_hint")}
              </Text>
            </Empty>
          ) : (
            <Stack gap="xs">
              {segments.map((each) => (
                <Segment key={each.segment_id} segment={each} />
              ))}
            </Stack>
          )
        }
      </Loaded>
      <Tags />
    </Stack>
  );
}
