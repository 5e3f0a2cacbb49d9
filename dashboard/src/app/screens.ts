// The screens: their addresses, their places in the navigation, and their code.

import type { ParseKeys } from "i18next";
import type { ComponentType } from "react";

interface Screen {
  /** Below /dashboard/. */
  path: string;
  /** The key of its name in the catalogue `app`. */
  name: ParseKeys<"app">;
  /** Whether it has paths of its own below. */
  deep?: boolean;
  load: () => Promise<{ Component: ComponentType }>;
}

export const SCREENS: readonly Screen[] = [
  { path: "overview", name: "nav.overview", load: () => import("../screens/overview") },
  { path: "agent", name: "nav.agent", load: () => import("../screens/agent") },
  {
    path: "qr-codes",
    name: "nav.qr_codes",
    deep: true,
    load: () => import("../screens/qr-codes"),
  },
  {
    path: "integration",
    name: "nav.integration",
    deep: true,
    load: () => import("../screens/integration"),
  },
  {
    path: "friends",
    name: "nav.friends",
    deep: true,
    load: () => import("../screens/friends"),
  },
  {
    path: "segments",
    name: "nav.segments",
    deep: true,
    load: () => import("../screens/segments"),
  },
  {
    path: "approvals",
    name: "nav.approvals",
    load: () => import("../screens/approvals"),
  },
  { path: "changes", name: "nav.changes", load: () => import("../screens/changes") },
  {
    path: "connections",
    name: "nav.connections",
    load: () => import("../screens/connections"),
  },
  {
    path: "help",
    name: "nav.help",
    deep: true,
    load: () => import("../screens/help"),
  },
];

/** The screen at this address, where there is one. */
export function screenAt(pathname: string): Screen | undefined {
  const first = pathname.split("/").find(Boolean);
  return SCREENS.find((each) => each.path === first);
}
