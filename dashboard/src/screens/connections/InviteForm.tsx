// Lets one more person in: the one-time link is told once, to be sent by hand.

import { Alert, Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { CopyField } from "../../parts/CopyField";
import { Problem } from "../../parts/Problem";
import { useInvite } from "./accounts";

const ROLES = ["owner", "staff", "viewer"] as const satisfies readonly Schemas["Role"][];

export function InviteForm() {
  const { t } = useTranslation("connections");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Schemas["Role"]>("staff");
  const invite = useInvite();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    invite.mutate({ name, role }, { onSuccess: () => setName("") });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Group align="flex-end" gap="sm">
          <TextInput
            flex="1 1 160px"
            label={t("people.name")}
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="off"
            required
          />
          <NativeSelect
            flex="1 1 220px"
            label={t("people.role")}
            value={role}
            onChange={({ currentTarget: { value } }) =>
              setRole(ROLES.find((each) => each === value) ?? "staff")
            }
            data={ROLES.map((each) => ({ value: each, label: t(`people.roles.${each}`) }))}
          />
          <Button type="submit" loading={invite.isPending}>
            {t("people.invite")}
          </Button>
        </Group>
        {invite.error && <Problem error={invite.error} />}
        {invite.data && <Told invited={invite.data} name={invite.variables.name} />}
      </Stack>
    </form>
  );
}

function Told({ invited, name }: { invited: Schemas["InvitationAnswer"]; name: string }) {
  const { t, i18n } = useTranslation("connections");
  const exact = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: "medium",
    timeStyle: "short",
  });
  return (
    <Alert color="teal" variant="light" role="status">
      <CopyField label={t("people.link", { name })} value={invited.link} />
      <Text size="sm" mt="xs">
        {t("people.link_about", { time: exact.format(new Date(invited.expires_at)) })}
      </Text>
    </Alert>
  );
}
