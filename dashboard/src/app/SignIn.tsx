// The way in: the one-time link that an operator sends, or its code.

import { Button, Center, Code, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { Problem } from "../parts/Problem";
import { LanguageMenu } from "./LanguageMenu";
import { signIn } from "./session";

const COMMAND = "marketing-agent merchants invite";

export function SignIn() {
  const { t } = useTranslation("app");
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={460} gap="lg">
        <Title order={1} size="h2">
          {t("sign_in.title")}
        </Title>
        <Paper withBorder p="lg">
          <SignInForm />
        </Paper>
        <Stack gap={4}>
          <Text size="sm" c="dimmed">
            {t("sign_in.how")}
          </Text>
          <Code block>{COMMAND}</Code>
        </Stack>
        <LanguageMenu />
      </Stack>
    </Center>
  );
}

export function SignInForm() {
  const { t } = useTranslation("app");
  const client = useQueryClient();
  const [code, setCode] = useState("");
  const enter = useMutation({
    mutationFn: signIn,
    onSuccess: () => client.invalidateQueries(),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    enter.mutate(code);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t("sign_in.text")}</Text>
        <TextInput
          label={t("sign_in.code")}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          maxLength={500}
          required
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          data-autofocus
        />
        {enter.error && <Problem error={enter.error} />}
        <Button type="submit" loading={enter.isPending}>
          {t("sign_in.button")}
        </Button>
      </Stack>
    </form>
  );
}
