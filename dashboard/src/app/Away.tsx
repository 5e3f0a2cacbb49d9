// A quiet line while the program does not answer; it goes by itself.

import { Alert } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useAway } from "../api/connection";

export function Away() {
  const { t } = useTranslation("app");
  const away = useAway();
  return (
    <div role="status">
      {away && (
        <Alert color="yellow" variant="light" mb="md" title={t("away.title")} role="presentation">
          {t("away.text")}
        </Alert>
      )}
    </div>
  );
}
