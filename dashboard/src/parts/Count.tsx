// A number in the way of the language.

import { useTranslation } from "react-i18next";

export function Count({ of }: { of: number }) {
  const { i18n } = useTranslation();
  return <>{new Intl.NumberFormat(i18n.language).format(of)}</>;
}
