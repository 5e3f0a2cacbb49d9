// The shape of what is loading.

import { Skeleton, Stack } from "@mantine/core";

export function Waiting({ rows = 4 }: { rows?: number }) {
  return (
    <Stack aria-busy="true" p="md">
      <Skeleton height={28} width="40%" />
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={44} />
      ))}
    </Stack>
  );
}
