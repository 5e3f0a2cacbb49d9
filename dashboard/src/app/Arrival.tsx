// Tells where one has arrived: the window's title, and aloud to a screen reader.

import { VisuallyHidden } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

export function Arrival({ title }: { title: string }) {
  const { t } = useTranslation("app");
  useEffect(() => {
    document.title = t("shell.window_title", { screen: title });
  }, [title, t]);
  return <VisuallyHidden role="status">{title}</VisuallyHidden>;
}
