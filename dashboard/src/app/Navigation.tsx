// The way to each screen; what waits for a person is counted beside its name.

import { Badge, NavLink, ScrollArea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";

import { approvalRequestsQuery } from "../api/queries";
import { SCREENS, screenAt } from "./screens";

export function Navigation({ onGo }: { onGo: () => void }) {
  const { t } = useTranslation("app");
  const here = screenAt(useLocation().pathname);
  const { data: requests = [] } = useQuery(approvalRequestsQuery);
  const waiting = requests.filter((each) => each.state === "pending").length;
  return (
    <ScrollArea type="auto">
      {SCREENS.map((each) => (
        <NavLink
          key={each.path}
          component={Link}
          to={`/${each.path}`}
          onClick={onGo}
          label={t(each.name)}
          active={each === here}
          aria-current={each === here ? "page" : undefined}
          rightSection={
            each.path === "approvals" && waiting > 0 ? (
              <Badge size="sm" aria-label={t("nav.waiting", { count: waiting })}>
                {waiting}
              </Badge>
            ) : null
          }
        />
      ))}
    </ScrollArea>
  );
}
