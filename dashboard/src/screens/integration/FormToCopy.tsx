// The two steps that only a person can do, and how one sees that they are done.

import { Button, Group, List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { useAgentPanel } from "../../app/agent_panel";
import { CopyField } from "../../parts/CopyField";
import { Count } from "../../parts/Count";
import { ScriptSeen } from "./FormSection";
import type { FormLinkageCard } from "./queries";
import { Section } from "./Section";

export function FormToCopy({ linkage }: { linkage: FormLinkageCard }) {
  const { t } = useTranslation("integration");
  const agent = useAgentPanel();
  const ask = () => agent.write(t("form.ask", { form: linkage.form_name }));
  return (
    <Section title={t("copy.title")} about={t("copy.about")}>
      <List type="ordered" spacing="md" styles={{ itemWrapper: { width: "100%" }, itemLabel: { width: "100%" } }}>
        <List.Item>
          <Stack gap="xs">
            <Text size="sm">{t("copy.embed_code_how", { page: linkage.landing_page })}</Text>
            <CopyField label={t("copy.embed_code")} value={linkage.embed_code} />
          </Stack>
        </List.Item>
        <List.Item>
          <Stack gap="xs">
            <Text size="sm">{t("copy.button_url_how", { label: linkage.cta_label })}</Text>
            <CopyField label={t("copy.button_url")} value={linkage.button_url} />
          </Stack>
        </List.Item>
      </List>
      <Group justify="space-between" gap="sm">
        <Group gap="lg">
          <ScriptSeen at={linkage.script_seen_at} />
          <Text size="sm" c="dimmed">
            {t("form.handed_over")} <Count of={linkage.handed_over} />
          </Text>
        </Group>
        <Button variant="default" size="xs" onClick={ask}>
          {t("form.no_button")}
        </Button>
      </Group>
    </Section>
  );
}
