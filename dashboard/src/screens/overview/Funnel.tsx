// Each setting's way from its link to the linked customer.

import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { Count } from "../../parts/Count";
import { Section } from "./Section";

const STEPS = ["opened", "logged_in", "friends", "linked"] as const;

export function Funnel({ steps }: { steps: Schemas["FunnelStep"][] }) {
  const { t } = useTranslation("overview");
  if (steps.length === 0) return null;
  return (
    <Section title={t("funnel.title")}>
      <Table.ScrollContainer scrollAreaProps={{ viewportProps: { tabIndex: 0 } }} minWidth={480}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("funnel.of")}</Table.Th>
              {STEPS.map((each) => (
                <Table.Th key={each} ta="right">
                  {t(`funnel.${each}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {steps.map((each) => (
              <Table.Tr key={`${each.method} ${each.name}`}>
                <Table.Th scope="row" fw={400} className="breakable">
                  {each.name ?? t(`method.${each.method}`)}
                  {each.name && (
                    <Text size="xs" c="dimmed">
                      {t(`method.${each.method}`)}
                    </Text>
                  )}
                </Table.Th>
                {STEPS.map((step) => (
                  <Table.Td key={step} ta="right">
                    <Step count={each[step]} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}

function Step({ count }: { count: number | null }) {
  const { t } = useTranslation("overview");
  if (count !== null) return <Count of={count} />;
  return (
    <Text span c="dimmed" title={t("funnel.no_step")}>
      –
    </Text>
  );
}
