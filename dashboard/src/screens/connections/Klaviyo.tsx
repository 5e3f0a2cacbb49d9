// The Klaviyo account, and the form for its private API key.

import { Button, Stack, Text } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { Problem } from "../../parts/Problem";
import { When } from "../../parts/When";
import { Account } from "./Account";
import { useConnectKlaviyo } from "./accounts";
import { Secret } from "./Secret";

export function Klaviyo({ account }: { account: Schemas["KlaviyoConnection"] | null }) {
  const { t } = useTranslation("connections");
  return (
    <Account
      name={t("klaviyo.name")}
      connected={account !== null}
      facts={[
        [t("klaviyo.account"), account?.name],
        [t("klaviyo.public_id"), account?.public_id],
        [t("klaviyo.time_zone"), account?.time_zone],
        [t("checked"), account?.checked_at && <When at={account.checked_at} />],
      ]}
      again={t("replace")}
      form={(close) => <KeyForm onDone={close} />}
    />
  );
}

function KeyForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("connections");
  const [key, setKey] = useState("");
  const connect = useConnectKlaviyo(t("klaviyo.done"), () => {
    setKey("");
    onDone();
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    connect.mutate(key);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Secret
          label={t("klaviyo.key")}
          description={t("klaviyo.key_about")}
          value={key}
          onValue={setKey}
        />
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
