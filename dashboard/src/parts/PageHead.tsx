// A screen's only h1, one line about it, and its main actions.

import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface PageHeadProps {
  title: string;
  about?: string;
  /** Buttons, at the right. */
  children?: ReactNode;
}

export function PageHead({ title, about, children }: PageHeadProps) {
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
      <Stack gap={4}>
        <Title order={1} size="h2">
          {title}
        </Title>
        {about && (
          <Text c="dimmed" size="sm" maw="60ch">
            {about}
          </Text>
        )}
      </Stack>
      {children && <Group gap="xs">{children}</Group>}
    </Group>
  );
}
