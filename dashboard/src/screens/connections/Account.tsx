// One platform's account: whether it is connected, its facts, and the way to connect it.

import { Badge, Button, Group, Paper, Stack, Table, Text, Title } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../app/session";

interface AccountProps {
  name: string;
  connected: boolean;
  /** What is told of it: names and values. */
  facts: readonly (readonly [string, ReactNode])[];
  /** The button that opens the form of a connected account. */
  again: string;
  /** The form; `close` puts it away. */
  form: (close: () => void) => ReactNode;
}

export function Account({ name, connected, facts, again, form }: AccountProps) {
  const { t } = useTranslation("connections");
  const owner = useMe().role === "owner";
  const [opened, setOpened] = useState(false);
  const close = () => setOpened(false);
  return (
    <Paper withBorder p="md" component="section" aria-label={name}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            {name}
          </Title>
          <Badge variant="light" tt="none" color={connected ? "teal" : "orange"}>
            {t(connected ? "connected" : "not_connected")}
          </Badge>
        </Group>
        {connected && <Facts facts={facts} />}
        {!owner && (
          <Text size="sm" c="dimmed">
            {t("owners")}
          </Text>
        )}
        {owner && connected && !opened && (
          <Button size="xs" w="fit-content" variant="default" onClick={() => setOpened(true)}>
            {again}
          </Button>
        )}
        {owner && (opened || !connected) && (
          <>
            {form(close)}
            {connected && (
              <Button size="xs" w="fit-content" variant="subtle" onClick={close}>
                {t("close")}
              </Button>
            )}
          </>
        )}
      </Stack>
    </Paper>
  );
}

function Facts({ facts }: Pick<AccountProps, "facts">) {
  return (
    <Table variant="vertical" layout="fixed" verticalSpacing={4} withTableBorder>
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w="45%">{name}</Table.Th>
            <Table.Td className="breakable">{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
