// The Marketing Agent as a page of its own.

import { useTranslation } from "react-i18next";

import ChatPanel from "../../chat/ChatPanel";
import { PageHead } from "../../parts/PageHead";

export function Component() {
  const { t } = useTranslation("agent");
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <ChatPanel place="page" />
    </>
  );
}
