// The import as it goes on now, also when the conversation is read again later.

import { Anchor, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { importQuery } from "../../api/queries";
import { RunCard } from "../../parts/import_run/RunCard";

export function ImportProgress() {
  const { t } = useTranslation("chat");
  const { data } = useQuery(importQuery);
  const newest = data?.block.runs[0];
  if (!newest) return null;
  return (
    <Stack gap={4}>
      <RunCard run={newest} />
      <Anchor component={Link} to="/integration" size="sm">
        {t("cards.open_import")}
      </Anchor>
    </Stack>
  );
}
