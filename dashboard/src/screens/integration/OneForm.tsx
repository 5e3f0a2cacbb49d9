// A form's linkage opened again: what a person still does, and its settings.

import { Alert, Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";

import { useMayWrite } from "../../app/session";
import { BackLink } from "../../parts/BackLink";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { OnlyLooking } from "../../parts/OnlyLooking";
import { PageHead } from "../../parts/PageHead";
import { EditForm } from "./EditForm";
import { FlowSettings } from "./FlowSettings";
import { useIsGone } from "./FormSection";
import { FormToCopy } from "./FormToCopy";
import { formLinkagesQuery, type FormLinkageCard } from "./queries";
import { RemoveForm } from "./RemoveForm";

export function OneForm() {
  const { t } = useTranslation("integration");
  const { formId } = useParams();
  const query = useQuery(formLinkagesQuery);
  return (
    <>
      <BackLink to="/integration" label={t("tabs.settings")} />
      <Loaded query={query}>
        {({ block }) => {
          const linkage = block.form_linkages.find((each) => each.form_id === formId);
          return linkage ? <Opened key={formId} linkage={linkage} /> : <NoLinkage />;
        }}
      </Loaded>
    </>
  );
}

function Opened({ linkage }: { linkage: FormLinkageCard }) {
  const { t } = useTranslation("integration");
  const mayWrite = useMayWrite();
  const gone = useIsGone(linkage.form_id);
  return (
    <>
      <PageHead title={linkage.form_name} about={t("form.title")}>
        {mayWrite && <RemoveForm linkage={linkage} />}
      </PageHead>
      <OnlyLooking />
      <Stack gap="lg">
        {gone && <FormIsGone />}
        <FormToCopy linkage={linkage} />
        {linkage.webhook && <FlowSettings linkage={linkage} webhook={linkage.webhook} />}
        <EditForm linkage={linkage} />
      </Stack>
    </>
  );
}

function FormIsGone() {
  const { t } = useTranslation("integration");
  return (
    <Alert color="red" variant="light" title={t("form.gone_title")} role="alert">
      <Text size="sm">{t("form.gone_text")}</Text>
      {useMayWrite() && (
        <Button component={Link} to="/integration/forms/new" size="xs" variant="default" mt="sm">
          {t("form.gone_other")}
        </Button>
      )}
    </Alert>
  );
}

function NoLinkage() {
  const { t } = useTranslation("integration");
  return (
    <>
      <PageHead title={t("form.title")} />
      <Empty title={t("form.missing")} />
    </>
  );
}
