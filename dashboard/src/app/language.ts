// The four languages, and the catalogues, each loaded when a screen first needs it.

import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";

/** The languages by their own names. */
export const LANGUAGES = {
  en: "English",
  ja: "日本語",
  "zh-Hant": "繁體中文",
  th: "ไทย",
} as const;

export type Language = keyof typeof LANGUAGES;

const KEPT = "language";
const AGAIN_MS = 1_500;
const MOST_TRIES = 40;
const CATALOGUES = import.meta.glob<{ default: object }>("../catalogues/*/*.json");

const catalogues: BackendModule = {
  type: "backend",
  init: () => undefined,
  read(language, room, done) {
    const load = CATALOGUES[`../catalogues/${language}/${room}.json`];
    if (!load) return done(new Error(`no catalogue ${language}/${room}`), null);
    patiently(load).then(
      (loaded) => done(null, loaded.default),
      (error: Error) => done(error, null),
    );
  },
};

/** A catalogue that is first needed while the connection is lost comes with it. */
async function patiently<Loaded>(load: () => Promise<Loaded>, tries = MOST_TRIES): Promise<Loaded> {
  try {
    return await load();
  } catch (error) {
    if (tries === 0) throw error;
    await new Promise((done) => window.setTimeout(done, AGAIN_MS));
    return patiently(load, tries - 1);
  }
}

export async function startLanguages(): Promise<void> {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  await i18next.use(catalogues).use(initReactI18next).init({
    lng: kept() ?? closest(navigator.languages),
    supportedLngs: Object.keys(LANGUAGES),
    load: "currentOnly",
    // Every catalogue has every key, which `npm run check` proves.
    fallbackLng: false,
    ns: ["app"],
    defaultNS: "app",
    interpolation: { escapeValue: false },
  });
}

/** Speak this language from now on, on this device. */
export async function speak(language: Language): Promise<void> {
  window.localStorage.setItem(KEPT, language);
  await i18next.changeLanguage(language);
}

/** The language spoken now, as `Intl` takes it. */
export function spoken(): Language {
  return isLanguage(i18next.language) ? i18next.language : "en";
}

export function isLanguage(name: unknown): name is Language {
  return typeof name === "string" && Object.hasOwn(LANGUAGES, name);
}

/** The first of ours that the browser asks for; Chinese is Traditional here. */
export function closest(wanted: readonly string[]): Language {
  for (const each of wanted) {
    const main = each.toLowerCase().split("-")[0];
    const name = main === "zh" ? "zh-Hant" : main;
    if (isLanguage(name)) return name;
  }
  return "en";
}

function kept(): Language | undefined {
  const name = window.localStorage.getItem(KEPT);
  return isLanguage(name) ? name : undefined;
}
