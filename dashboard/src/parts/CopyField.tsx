// A value to paste somewhere else, with a button that copies it.

import { Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";

export function CopyField({ label, value }: { label: string; value: string }) {
  const { t } = useTranslation("app");
  const id = useId();
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={500} id={id}>
          {label}
        </Text>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy} aria-describedby={id}>
              <span aria-live="polite">{t(copied ? "copy.copied" : "copy.copy")}</span>
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code
        block
        className="breakable"
        style={{ whiteSpace: "pre-wrap" }}
        aria-labelledby={id}
        tabIndex={0}
      >
        {value}
      </Code>
    </Stack>
  );
}
