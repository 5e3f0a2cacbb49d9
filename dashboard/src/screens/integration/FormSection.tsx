// Form ID Linkage: the forms that are set up, and whether they work.

import { Anchor, Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMayWrite } from "../../app/session";
import { Count } from "../../parts/Count";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { When } from "../../parts/When";
import { formLinkagesQuery, formsQuery, type FormLinkageCard } from "./queries";
import { Section } from "./Section";

export function FormSection() {
  const { t } = useTranslation("integration");
  const query = useQuery(formLinkagesQuery);
  const add = useMayWrite() && (
    <Button component={Link} to="/integration/forms/new">
      {t("form.add")}
    </Button>
  );
  const some = query.data !== undefined && query.data.block.form_linkages.length > 0;
  return (
    <Section title={t("form.title")} about={t("form.about")} action={some && add}>
      <Loaded query={query}>
        {({ block: { form_linkages: linkages } }) =>
          linkages.length === 0 ? (
            <Empty title={t("form.empty")}>{add}</Empty>
          ) : (
            <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
              {linkages.map((each) => (
                <FormRow key={each.slug} linkage={each} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Section>
  );
}

function FormRow({ linkage }: { linkage: FormLinkageCard }) {
  const { t } = useTranslation("integration");
  const gone = useIsGone(linkage.form_id);
  return (
    <Paper component="li" withBorder p="sm">
      <Group justify="space-between" gap="sm">
        <Stack gap={2} miw={0}>
          <Group gap="xs">
            <Anchor
              component={Link}
              to={`/integration/forms/form/${linkage.form_id}`}
              fw={600}
              className="breakable"
            >
              {linkage.form_name}
            </Anchor>
            {gone && (
              <Badge color="red" variant="light" tt="none">
                {t("form.gone")}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed" className="breakable">
            {t("form.label_is", { label: linkage.cta_label })} · {t(`timing.${linkage.timing}`)}
          </Text>
        </Stack>
        <Stack gap={4} miw={200}>
          <Text size="sm">
            {t("form.handed_over")} <Count of={linkage.handed_over} />
          </Text>
          <ScriptSeen at={linkage.script_seen_at} />
        </Stack>
      </Group>
    </Paper>
  );
}

/** When the embed code last showed that it runs on the landing page. */
export function ScriptSeen({ at }: { at: string | null }) {
  const { t } = useTranslation("integration");
  if (at === null) {
    return (
      <Badge color="yellow" variant="light" tt="none">
        {t("form.script_unseen")}
      </Badge>
    );
  }
  return (
    <Text size="sm" c="dimmed">
      {t("form.script_seen")} <When at={at} />
    </Text>
  );
}

/** Whether Klaviyo does not have the form any more; false until it has answered. */
export function useIsGone(formId: string): boolean {
  const { data } = useQuery(formsQuery);
  return data !== undefined && !data.block.forms.some((each) => each.form_id === formId);
}
