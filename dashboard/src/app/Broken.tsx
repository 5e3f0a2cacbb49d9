// Stands in for a screen that broke: most often its code is of an older version.

import { Alert, Button, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";

export function Broken() {
  const { t } = useTranslation("app");
  const error = useRouteError();
  return (
    <Stack className="screen" p="md">
      <Title order={1} size="h2">
        {t("broken.title")}
      </Title>
      <Alert color="red" variant="light">
        <Text size="sm">{t("broken.text")}</Text>
        <Text size="xs" c="dimmed" className="breakable" mt="xs">
          {error instanceof Error ? error.message : null}
        </Text>
      </Alert>
      <Button w="fit-content" onClick={() => window.location.reload()}>
        {t("broken.reload")}
      </Button>
    </Stack>
  );
}
