// A friend's own email and phone: the signals by which auto-link finds the profile.

import { Button, Group, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { answered, api } from "../../api/client";
import { useMayWrite } from "../../app/session";
import { Problem } from "../../parts/Problem";
import { saidDone } from "../../parts/said_done";
import { Card } from "./Card";

export function Contact({ lineUserId }: { lineUserId: string }) {
  const { t } = useTranslation("friends");
  const [email, setEmail] = useState("");
  const [phone, setPhone] = useState("");
  const save = useContact(lineUserId, t("contact.done"));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    save.mutate({ email: email.trim() || null, phone: phone.trim() || null });
  };
  if (!useMayWrite()) return null;
  return (
    <Card title={t("contact.title")}>
      <Text size="sm" c="dimmed">
        {t("contact.about")}
      </Text>
      <form onSubmit={submit}>
        <Group align="flex-end">
          <TextInput
            type="email"
            label={t("contact.email")}
            value={email}
            onChange={({ currentTarget }) => setEmail(currentTarget.value)}
          />
          <TextInput
            type="tel"
            label={t("contact.phone")}
            value={phone}
            onChange={({ currentTarget }) => setPhone(currentTarget.value)}
          />
          <Button type="submit" loading={save.isPending} disabled={!email.trim() && !phone.trim()}>
            {t("contact.save")}
          </Button>
        </Group>
      </form>
      {save.error && <Problem error={save.error} />}
    </Card>
  );
}

function useContact(lineUserId: string, done: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string | null; phone: string | null }) =>
      answered(
        api.PUT("/api/v1/friends/{line_user_id}/contact", {
          params: { path: { line_user_id: lineUserId } },
          body,
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries();
      saidDone(done, null);
    },
  });
}
