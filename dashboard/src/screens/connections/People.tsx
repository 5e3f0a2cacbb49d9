// Who may sign in, in which role, and the way to invite one more.

import { Badge, Button, Paper, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { useMe } from "../../app/session";
import { Loaded } from "../../parts/Loaded";
import { Problem } from "../../parts/Problem";
import { When } from "../../parts/When";
import { peopleQuery, useWithdraw } from "./accounts";
import { InviteForm } from "./InviteForm";

export function People() {
  const { t } = useTranslation("connections");
  const query = useQuery(peopleQuery);
  const owner = useMe().role === "owner";
  return (
    <Paper withBorder p="md" component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t("people.title")}
        </Title>
        {owner && <InviteForm />}
        <Loaded query={query}>
          {(people) =>
            people.length === 0 ? (
              <Text size="sm" c="dimmed">
                {t("people.none")}
              </Text>
            ) : (
              <Persons people={people} />
            )
          }
        </Loaded>
      </Stack>
    </Paper>
  );
}

function Persons({ people }: { people: Schemas["PersonRow"][] }) {
  const { t } = useTranslation("connections");
  const owner = useMe().role === "owner";
  const withdraw = useWithdraw(t("people.withdrawn"));
  return (
    <>
      {withdraw.error && <Problem error={withdraw.error} />}
      <Table.ScrollContainer scrollAreaProps={{ viewportProps: { tabIndex: 0 } }} minWidth={460}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("people.name")}</Table.Th>
              <Table.Th>{t("people.role")}</Table.Th>
              <Table.Th>{t("people.state")}</Table.Th>
              <Table.Th>{t("people.when")}</Table.Th>
              {owner && <Table.Th>{t("people.actions")}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.map((each) => (
              <Table.Tr key={each.id}>
                <Table.Td className="breakable">{each.name}</Table.Td>
                <Table.Td>{t(`people.role_name.${each.role}`)}</Table.Td>
                <Table.Td>
                  <Badge
                    variant="light"
                    tt="none"
                    color={each.state === "signed_in" ? "teal" : "gray"}
                  >
                    {t(`people.states.${each.state}`)}
                  </Badge>
                </Table.Td>
                <Table.Td>
                  <When at={each.signed_in_at ?? each.invited_at} />
                </Table.Td>
                {owner && (
                  <Table.Td>
                    {each.state === "invited" && (
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-label={t("people.withdraw_of", { name: each.name })}
                        loading={withdraw.isPending && withdraw.variables === each.id}
                        onClick={() => withdraw.mutate(each.id)}
                      >
                        {t("people.withdraw")}
                      </Button>
                    )}
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
