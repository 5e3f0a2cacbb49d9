// The help text: ask it, look through it, read a page.

import { useTranslation } from "react-i18next";
import { useParams } from "react-router";

import { PageHead } from "../../parts/PageHead";
import { Ask } from "./Ask";
import { Contents } from "./Contents";
import { Page } from "./Page";

export function Component() {
  const { t } = useTranslation("help");
  const { "*": page } = useParams();
  if (page) return <Page key={page} id={page} />;
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <Ask />
      <Contents />
    </>
  );
}
