// Nothing here yet, and what to do about it.

import { Paper, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="sm" ta="center">
        <Text c="dimmed">{title}</Text>
        {children}
      </Stack>
    </Paper>
  );
}
