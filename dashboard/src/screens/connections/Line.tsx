// The LINE Official Account, and the form for its two channels.

import { Alert, Button, Fieldset, Stack, Text, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { Problem } from "../../parts/Problem";
import { When } from "../../parts/When";
import { Account } from "./Account";
import { useConnectLine } from "./accounts";
import { Secret } from "./Secret";

type Channel = Schemas["Channel"];

const BLANK: Channel = { id: "", secret: "" };

export function Line({ account }: { account: Schemas["LineConnection"] | null }) {
  const { t } = useTranslation("connections");
  const [problem, setProblem] = useState<string | null>(null);
  const name = account && `${account.name} (${account.basic_id})`;
  return (
    <Stack gap="xs">
      <Account
        name={t("line.name")}
        connected={account !== null}
        facts={[
          [t("line.account"), name],
          [t("line.login"), account?.login_channel_id],
          [t("line.messaging"), account?.messaging_channel_id],
          [t("line.asks_email"), t(account?.asks_email ? "line.yes" : "line.no")],
          [t("checked"), account?.checked_at && <When at={account.checked_at} />],
        ]}
        again={t("replace_line")}
        form={(close) => (
          <ChannelsForm
            onDone={(told) => {
              setProblem(told);
              close();
            }}
          />
        )}
      />
      {problem && (
        <Alert color="orange" title={t("line.webhook_problem")} role="status">
          <Text size="sm" className="breakable" lang="en">
            {problem}
          </Text>
        </Alert>
      )}
    </Stack>
  );
}

function ChannelsForm({ onDone }: { onDone: (problem: string | null) => void }) {
  const { t } = useTranslation("connections");
  const [login, setLogin] = useState(BLANK);
  const [messaging, setMessaging] = useState(BLANK);
  const connect = useConnectLine(t("line.done"), (problem) => {
    setLogin(BLANK);
    setMessaging(BLANK);
    onDone(problem);
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    connect.mutate({ login, messaging });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t("line.about")}</Text>
        <ChannelFields name={t("line.login")} channel={login} onChannel={setLogin} />
        <ChannelFields name={t("line.messaging")} channel={messaging} onChannel={setMessaging} />
        <Text size="xs" c="dimmed">
          {t("safe")}
        </Text>
        {connect.error && <Problem error={connect.error} />}
        <Button type="submit" w="fit-content" loading={connect.isPending}>
          {t("connect")}
        </Button>
      </Stack>
    </form>
  );
}

interface ChannelFieldsProps {
  name: string;
  channel: Channel;
  onChannel: (channel: Channel) => void;
}

function ChannelFields({ name, channel, onChannel }: ChannelFieldsProps) {
  const { t } = useTranslation("connections");
  return (
    <Fieldset legend={name}>
      <Stack gap="xs">
        <TextInput
          label={t("line.id")}
          value={channel.id}
          onChange={(event) => onChannel({ ...channel, id: event.currentTarget.value })}
          maxLength={40}
          inputMode="numeric"
          autoComplete="off"
          required
        />
        <Secret
          label={t("line.secret")}
          value={channel.secret}
          onValue={(secret) => onChannel({ ...channel, secret })}
        />
      </Stack>
    </Fieldset>
  );
}
