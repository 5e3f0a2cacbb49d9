// An address that leads nowhere.

import { Anchor } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Empty } from "../parts/Empty";
import { PageHead } from "../parts/PageHead";

export function NotFound() {
  const { t } = useTranslation("app");
  return (
    <>
      <PageHead title={t("not_found.title")} />
      <Empty title={t("not_found.text")}>
        <Anchor component={Link} to="/overview">
          {t("nav.overview")}
        </Anchor>
      </Empty>
    </>
  );
}
