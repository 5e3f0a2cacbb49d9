// What an import would find; nothing is stored by looking.

import { Alert, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Counts } from "../../parts/import_run/Counts";
import type { ImportPreview } from "./queries";

export function Preview({ preview }: { preview: ImportPreview }) {
  const { t } = useTranslation("integration");
  const { counts, profiles } = preview;
  return (
    <Paper withBorder p="sm" role="status">
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t("preview.title")}
        </Title>
        <Text size="sm">
          {preview.is_whole
            ? t("preview.whole", { count: counts.profiles })
            : t("preview.sample", { looked: counts.profiles, of: profiles ?? counts.profiles })}
        </Text>
        <Counts counts={counts} />
        {counts.valid === 0 && (
          <Alert color="yellow" variant="light" title={t("preview.no_ids")}>
            <Text size="sm">{t("preview.no_ids_text")}</Text>
          </Alert>
        )}
        {preview.shared_ids > 0 && (
          <Text size="sm">
            {t("preview.shared", {
              ids: preview.shared_ids,
              profiles: preview.sharing_profiles,
            })}
          </Text>
        )}
        {preview.looks_foreign && (
          <Alert color="yellow" variant="light" title={t("preview.foreign")}>
            <Text size="sm">{t("import.foreign")}</Text>
          </Alert>
        )}
      </Stack>
    </Paper>
  );
}
