// Questions, answered by sections of the help text.

import { Button, Group, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ask, type Schemas } from "../../api/client";
import { spoken } from "../../app/language";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";

export function Component() {
  const { t } = useTranslation("help");
  const [question, setQuestion] = useState("");
  const search = useMutation({
    mutationFn: () => ask("explain", { question, language: spoken() }),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    search.mutate();
  };
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      <form onSubmit={submit}>
        <Group align="flex-end" mb="lg">
          <TextInput
            flex={1}
            label={t("question")}
            value={question}
            onChange={(event) => setQuestion(event.currentTarget.value)}
            required
          />
          <Button type="submit" loading={search.isPending}>
            {t("ask")}
          </Button>
        </Group>
      </form>
      {search.error && <Problem error={search.error} />}
      {search.data && <Answer answer={search.data.block} />}
    </>
  );
}

function Answer({ answer }: { answer: Schemas["HelpAnswer"] }) {
  const { t } = useTranslation("help");
  return (
    <Stack aria-live="polite">
      {!answer.found && <Text>{t("nothing")}</Text>}
      {answer.sections.map((each) => (
        <Paper key={each.id} withBorder p="md">
          <Title order={2} size="h4">
            {each.heading}
          </Title>
          <Text style={{ whiteSpace: "pre-line" }}>{each.text}</Text>
        </Paper>
      ))}
    </Stack>
  );
}
