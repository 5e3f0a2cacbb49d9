// Chooses the language of this device.

import { NativeSelect } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { isLanguage, type Language, LANGUAGES, speak, spoken } from "./language";

export function LanguageMenu() {
  const { t } = useTranslation("app");
  const client = useQueryClient();
  const choose = async (language: Language) => {
    await speak(language);
    // What the program says comes in the language that was asked for.
    await client.invalidateQueries();
  };
  return (
    <NativeSelect
      size="xs"
      aria-label={t("shell.language")}
      value={spoken()}
      onChange={({ currentTarget: { value } }) => {
        if (isLanguage(value)) void choose(value);
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
