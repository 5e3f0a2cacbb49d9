// What stands around every screen: header, navigation, and the Marketing Agent beside.

import { Anchor, AppShell, Box, Burger, Group } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useLocation } from "react-router";

import { useLive } from "../api/live";
import { Waiting } from "../parts/Waiting";
import { AccountMenu } from "./AccountMenu";
import { AgentButton } from "./AgentButton";
import { AgentPanelContext, useAgentPanelState } from "./agent_panel";
import { Arrival } from "./Arrival";
import { Away } from "./Away";
import { LanguageMenu } from "./LanguageMenu";
import { Navigation } from "./Navigation";
import { screenAt } from "./screens";
import { useMe } from "./session";

const ChatPanel = lazy(() => import("../chat/ChatPanel"));

export function Shell() {
  const { t } = useTranslation("app");
  const [menu, { toggle, close }] = useDisclosure(false);
  useLive();
  const narrow = useMediaQuery("(max-width: 47.99em)") ?? false;
  const panel = useAgentPanelState();
  const { pathname } = useLocation();
  const screen = screenAt(pathname);
  const beside = panel.opened && screen?.path !== "agent";
  return (
    <AgentPanelContext value={panel}>
      <a className="skip-link" href="#screen">
        {t("shell.skip")}
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: !menu } }}
        aside={{
          width: { base: "100%", md: 400 },
          breakpoint: "md",
          collapsed: { desktop: !beside, mobile: !beside },
        }}
        padding={{ base: "md", md: "lg" }}
      >
        <AppShell.Header>
          <Header menu={menu} onMenu={toggle} agentButton={screen?.path !== "agent"} />
        </AppShell.Header>
        <AppShell.Navbar p="sm" aria-label={t("nav.label")} inert={narrow && !menu}>
          <Navigation onGo={close} />
        </AppShell.Navbar>
        <AppShell.Main id="screen" tabIndex={-1}>
          <Away />
          <Box className="screen">
            <Arrival title={screen ? t(screen.name) : t("not_found.title")} />
            <Suspense fallback={<Waiting />}>
              <Outlet />
            </Suspense>
          </Box>
        </AppShell.Main>
        <AppShell.Aside aria-label={t("nav.agent")} inert={!beside}>
          {beside && (
            <Suspense fallback={<Waiting />}>
              <ChatPanel place="panel" />
            </Suspense>
          )}
        </AppShell.Aside>
      </AppShell>
    </AgentPanelContext>
  );
}

interface HeaderProps {
  menu: boolean;
  onMenu: () => void;
  agentButton: boolean;
}

function Header({ menu, onMenu, agentButton }: HeaderProps) {
  const { t } = useTranslation("app");
  const { merchant } = useMe();
  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <Burger
          opened={menu}
          onClick={onMenu}
          hiddenFrom="sm"
          size="sm"
          aria-label={t(menu ? "shell.close_menu" : "shell.open_menu")}
          aria-expanded={menu}
        />
        <Anchor component={Link} to="/overview" c="inherit" underline="never" fw={650} truncate>
          {merchant.name}
        </Anchor>
      </Group>
      <Group gap="xs" wrap="nowrap">
        {agentButton && <AgentButton />}
        <Box visibleFrom="sm">
          <LanguageMenu />
        </Box>
        <AccountMenu />
      </Group>
    </Group>
  );
}
