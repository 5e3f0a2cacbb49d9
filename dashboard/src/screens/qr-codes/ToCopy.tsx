// What a merchant takes along: into a Klaviyo email, or onto paper.

import { Alert, Box, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { CopyField } from "../../parts/CopyField";
import { QrImage } from "../../parts/QrImage";
import type { QrLinkCard } from "./queries";

export function ToCopy({ card }: { card: QrLinkCard }) {
  const { t } = useTranslation("qr-codes");
  const linking = card.link_type === "klaviyo_linkage";
  return (
    <Paper withBorder p="md">
      <Group align="flex-start" gap="xl">
        <QrImage card={card} />
        <Stack flex={1} miw={{ base: "100%", sm: 320 }} maw="100%">
          <Box>
            <Title order={2} size="h4">
              {t(linking ? "use.in_email" : "use.in_print")}
            </Title>
            <Text size="sm" c="dimmed" mt={4}>
              {t(linking ? "use.in_email_about" : "use.in_print_about")}
            </Text>
          </Box>
          {card.linking_url && <CopyField label={t("use.linking_url")} value={card.linking_url} />}
          {card.add_friend_url && (
            <CopyField label={t("use.add_friend_url")} value={card.add_friend_url} />
          )}
          <CopyField label={t("use.link_snippet")} value={card.email_link} />
          <CopyField label={t("use.image_snippet")} value={card.email_image} />
          {linking && (
            <Alert color="gray" variant="light" title={t("use.test_title")}>
              <Text size="sm">{t("use.test_text")}</Text>
            </Alert>
          )}
        </Stack>
      </Group>
    </Paper>
  );
}
