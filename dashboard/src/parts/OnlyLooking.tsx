// Tells a viewer why the fields of this screen cannot be changed.

import { Alert, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useMayWrite } from "../app/session";

export function OnlyLooking() {
  const { t } = useTranslation("app");
  if (useMayWrite()) return null;
  return (
    <Alert color="gray" variant="light" mb="md" title={t("problems.ViewersOnlyLook.title")}>
      <Text size="sm">{t("problems.ViewersOnlyLook.text")}</Text>
    </Alert>
  );
}
