// Who is signed in, where, and the way out.

import { Button, Menu, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { isLanguage, LANGUAGES, speak, spoken } from "./language";
import { signOut, useMe } from "./session";

export function AccountMenu() {
  const { t } = useTranslation("app");
  const me = useMe();
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button size="xs" variant="default" maw={160}>
          <Text span size="xs" truncate>
            {me.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("account.at", { merchant: me.merchant.name })}</Menu.Label>
        <Menu.Label>{t("account.role", { role: t(`role.${me.role}`) })}</Menu.Label>
        <Menu.Divider />
        {Object.entries(LANGUAGES).map(([language, name]) => (
          <Menu.Item
            key={language}
            lang={language}
            fw={language === spoken() ? 650 : undefined}
            onClick={() => isLanguage(language) && void speak(language)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>{t("account.sign_out")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
