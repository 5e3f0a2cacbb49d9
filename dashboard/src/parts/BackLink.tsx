// From a detail back to the list that it stands in.

import { Anchor } from "@mantine/core";
import { Link } from "react-router";

export function BackLink({ to, label }: { to: string; label: string }) {
  return (
    <Anchor component={Link} to={to} size="sm" display="inline-block" mb="xs">
      <span aria-hidden="true">← </span>
      {label}
    </Anchor>
  );
}
