// Calm ink and teal; LINE's green stands only on what LINE itself does.

import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#eaf6f8", "#d3e9ed", "#a3d2da", "#71bac7", "#4aa6b6",
  "#339aac", "#0f7285", "#0b5f70", "#0b5563", "#06404c",
];

const line: MantineColorsTuple = [
  "#e6faee", "#d0f3df", "#a2e6bd", "#70d999", "#49ce7b",
  "#30c868", "#06c755", "#00ad49", "#009a40", "#008535",
];

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 7, dark: 7 },
  colors: { teal, line },
  defaultRadius: "md",
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Hiragino Sans", "Noto Sans JP", "PingFang TC", "Noto Sans TC", "Noto Sans Thai", "Leelawadee UI", sans-serif',
  headings: { fontWeight: "650" },
  cursorType: "pointer",
  respectReducedMotion: true,
});

/** Words on a tint, as in badges and alerts, by the tint's colour. */
const ON_TINT = {
  red: "#9c1c1c",
  orange: "#873800",
  yellow: "#6b4c00",
  green: "#1d5c2a",
  gray: "#3f464d",
};

/** Words that can be read: the library's own greys and tints are below AA. */
export const readable: CSSVariablesResolver = (theme) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": theme.colors.gray[7],
    ...Object.fromEntries(
      Object.entries(ON_TINT).map(([name, ink]) => [`--mantine-color-${name}-light-color`, ink]),
    ),
  },
  dark: { "--mantine-color-dimmed": theme.colors.dark[1] },
});
