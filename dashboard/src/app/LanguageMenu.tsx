// Chooses the language of this device.

import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { isLanguage, LANGUAGES, speak, spoken } from "./language";

export function LanguageMenu() {
  const { t } = useTranslation("app");
  return (
    <NativeSelect
      size="xs"
      aria-label={t("shell.language")}
      value={spoken()}
      onChange={({ currentTarget: { value } }) => {
        if (isLanguage(value)) void speak(value);
      }}
    >
      {Object.entries(LANGUAGES).map(([language, name]) => (
        <option key={language} value={language} lang={language}>
          {name}
        </option>
      ))}
    </NativeSelect>
  );
}
