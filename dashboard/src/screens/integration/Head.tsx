// The head of the integration's screen, with its tabs.

import { Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { PageHead } from "../../parts/PageHead";

const TABS = { settings: "/integration", history: "/integration/history" } as const;

type Tab = keyof typeof TABS;

export function Head({ tab, children }: { tab: Tab; children: ReactNode }) {
  const { t } = useTranslation("integration");
  const navigate = useNavigate();
  const go = (name: string | null) => {
    if (name === "settings" || name === "history") void navigate(TABS[name]);
  };
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <Tabs value={tab} onChange={go} keepMounted={false} activateTabWithKeyboard={false}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="settings">{t("tabs.settings")}</Tabs.Tab>
          <Tabs.Tab value="history">{t("tabs.history")}</Tabs.Tab>
        </Tabs.List>
        {/* The other tab's panel has to be there for its name to lead somewhere. */}
        {(["settings", "history"] as const).map((each) => (
          <Tabs.Panel key={each} value={each}>
            {each === tab && children}
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
