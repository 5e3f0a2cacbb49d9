// A question, and the sections of the help text that answer it.

import { Anchor, Button, Group, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { ask, type Schemas } from "../../api/client";
import { useAgentPanel } from "../../app/agent_panel";
import { spoken } from "../../app/language";
import { Problem } from "../../parts/Problem";
import { Markdown } from "../../parts/Markdown";

export function Ask() {
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
      <form onSubmit={submit}>
        <Group align="flex-end" mb="lg">
          <TextInput
            flex="1 1 200px"
            label={t("question")}
            value={question}
            maxLength={500}
            onChange={(event) => setQuestion(event.currentTarget.value)}
            required
          />
          <Button type="submit" loading={search.isPending}>
            {t("ask")}
          </Button>
        </Group>
      </form>
      {search.error && <Problem error={search.error} />}
      <div aria-live="polite">
        {search.data && <Answer answer={search.data.block} question={question} />}
      </div>
    </>
  );
}

function Answer({ answer, question }: { answer: Schemas["HelpAnswer"]; question: string }) {
  const { t } = useTranslation("help");
  const { write } = useAgentPanel();
  return (
    <Stack mb="xl" component="section" aria-label={t("answer")}>
      {!answer.found && (
        <Group>
          <Text>{t("nothing")}</Text>
          <Button size="xs" variant="light" onClick={() => write(question)}>
            {t("ask_agent")}
          </Button>
        </Group>
      )}
      {answer.sections.map((each) => (
        <Paper key={each.id} withBorder p="md">
          <Title order={2} size="h4" mb="xs">
            {each.heading}
          </Title>
          <Markdown text={each.text} />
          <Anchor component={Link} to={`/help/${each.id}`} size="sm" underline="always">
            {t("from", { page: each.page_title })}
          </Anchor>
        </Paper>
      ))}
    </Stack>
  );
}
