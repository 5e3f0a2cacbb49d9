// A form's linkage: the two steps by hand, with what to copy, and whether they are done.

import { Anchor, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Schemas } from "../../api/client";
import { CopyField } from "../../parts/CopyField";
import { When } from "../../parts/When";
import { listed, More } from "./More";

type Card = Schemas["FormLinkageCard"];

export function FormLinkages({ linkages }: { linkages: readonly unknown[] }) {
  const { shown, more } = listed<Card>(linkages);
  return (
    <Stack gap="xs">
      {shown.map((each) => (
        <FormLinkage key={each.slug} card={each} />
      ))}
      <More count={more} to="/integration" />
    </Stack>
  );
}

function FormLinkage({ card }: { card: Card }) {
  const { t } = useTranslation("chat");
  return (
    <Paper withBorder p="sm" component="article" aria-label={card.form_name}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Text size="sm" fw={600} className="breakable">
            {card.form_name}
          </Text>
          <Anchor component={Link} to="/integration" size="sm">
            {t("cards.open")}
          </Anchor>
        </Group>
        <CopyField label={t("cards.embed_code")} value={card.embed_code} />
        <CopyField label={t("cards.button_url")} value={card.button_url} />
        {card.webhook && (
          <>
            <CopyField label={t("cards.webhook_url")} value={card.webhook.linking_url} />
            <CopyField label={t("cards.webhook_body")} value={card.webhook.submission_details} />
          </>
        )}
        <Text size="sm" c="dimmed">
          {card.script_seen_at ? (
            <>
              {t("cards.script_seen")} <When at={card.script_seen_at} />
            </>
          ) : (
            t("cards.script_unseen")
          )}
        </Text>
      </Stack>
    </Paper>
  );
}
