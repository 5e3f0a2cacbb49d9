// One friend: Klaviyo Sync Info, why linked or not, what waits, and the history.

import { Anchor, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";

import type { Schemas } from "../../api/client";
import { Loaded } from "../../parts/Loaded";
import { PageHead } from "../../parts/PageHead";
import { When } from "../../parts/When";
import { Conflicts } from "./Conflicts";
import { Contact } from "./Contact";
import { History } from "./History";
import { friendQuery } from "./queries";
import { SyncInfo } from "./SyncInfo";
import { Unlink } from "./Unlink";
import { Why } from "./Why";

export function FriendPage() {
  const { t } = useTranslation("friends");
  const { lineUserId = "" } = useParams();
  const query = useQuery(friendQuery(lineUserId));
  return (
    <Stack gap="lg">
      <Anchor component={Link} to="/friends" size="sm">
        {t("back")}
      </Anchor>
      <Loaded query={query}>{(friend) => <Friend key={lineUserId} friend={friend} />}</Loaded>
    </Stack>
  );
}

function Friend({ friend }: { friend: Schemas["FriendDetail"] }) {
  const { t } = useTranslation("friends");
  const info = friend.klaviyo_sync_info;
  const name = friend.name ?? t("nameless");
  return (
    <>
      <div>
        <PageHead title={name}>
          {info.linked && <Unlink lineUserId={info.line_user_id} name={name} />}
        </PageHead>
        <Text size="sm" c="dimmed">
          {t(`follow.${friend.follow_status}`)}
          {" · "}
          <When at={friend.following_since ?? friend.first_seen} />
        </Text>
      </div>
      <Conflicts lineUserId={info.line_user_id} />
      <SyncInfo info={info} />
      {!info.linked && <Why info={info} />}
      {!info.linked && <Contact lineUserId={info.line_user_id} />}
      <History info={info} />
    </>
  );
}
