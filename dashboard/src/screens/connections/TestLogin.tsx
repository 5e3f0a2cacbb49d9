// One real LINE Login on a phone of one's own; it links nobody.

import { Button, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useMe } from "../../app/session";
import { CopyField } from "../../parts/CopyField";
import { Problem } from "../../parts/Problem";
import { useTestLogin } from "./accounts";

export function TestLogin() {
  const { t, i18n } = useTranslation("connections");
  const owner = useMe().role === "owner";
  const begin = useTestLogin();
  const clock = new Intl.DateTimeFormat(i18n.language, { timeStyle: "short" });
  return (
    <Paper withBorder p="md" component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t("test.title")}
        </Title>
        <Text size="sm">{t("test.about")}</Text>
        {begin.data && (
          <>
            <CopyField label={t("test.url")} value={begin.data.url} />
            <Text size="sm" c="dimmed">
              {t("test.until", { time: clock.format(new Date(begin.data.expires_at)) })}
            </Text>
          </>
        )}
        {begin.error && <Problem error={begin.error} />}
        {owner ? (
          <Button
            variant="default"
            w="fit-content"
            loading={begin.isPending}
            onClick={() => begin.mutate()}
          >
            {t("test.begin")}
          </Button>
        ) : (
          <Text size="sm" c="dimmed">
            {t("owners")}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
