// What programs asked for, and what became of it.

import { Alert, SegmentedControl, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";
import { approvalRequestsQuery } from "../../api/queries";
import { useMayWrite } from "../../app/session";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";
import { useToolTitles } from "../../parts/tool_titles";
import { RequestCard } from "./RequestCard";

export function Component() {
  const { t } = useTranslation("approvals");
  const query = useQuery(approvalRequestsQuery);
  const mayWrite = useMayWrite();
  return (
    <>
      <PageHead title={t("title")} about={t("about")} />
      {!mayWrite && (
        <Alert color="gray" mb="md">
          {t("viewer")}
        </Alert>
      )}
      <Loaded query={query}>
        {(requests) =>
          requests.length === 0 ? <Empty title={t("empty")} /> : <Requests requests={requests} />
        }
      </Loaded>
    </>
  );
}

function Requests({ requests }: { requests: Schemas["RequestLine"][] }) {
  const { t } = useTranslation("approvals");
  const titleOf = useToolTitles();
  const [which, setWhich] = useState("waiting");
  const waiting = requests.filter((each) => each.state === "pending");
  const shown = which === "waiting" ? waiting : requests;
  return (
    <Stack>
      <SegmentedControl
        w="fit-content"
        aria-label={t("which")}
        value={which}
        onChange={setWhich}
        data={[
          { value: "waiting", label: t("waiting", { count: waiting.length }) },
          { value: "all", label: t("all") },
        ]}
      />
      {shown.length === 0 && <Empty title={t("empty_waiting")} />}
      {shown.map((each) => (
        <RequestCard key={each.id} request={each} title={titleOf(each.tool) ?? each.title} />
      ))}
    </Stack>
  );
}
