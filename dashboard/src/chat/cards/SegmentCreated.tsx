// A segment that was made, and the way to the friends in it.

import { Anchor, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Gives } from "../../api/client";

export function SegmentCreated({ segment }: { segment: Gives<"create_segment"> }) {
  const { t } = useTranslation("chat");
  return (
    <Group gap="md">
      <Text size="sm" fw={600} className="breakable">
        {segment.name}
      </Text>
      <Anchor component={Link} to={`/friends?segment=${segment.segment_id}`} size="sm">
        {t("cards.members", { count: segment.friends ?? 0 })}
      </Anchor>
    </Group>
  );
}
