// Ends a link after asking; the notification that follows takes it back.

import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";

import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite } from "../../app/session";
import { Confirm } from "../../parts/Confirm";

export function Unlink({ lineUserId, name }: { lineUserId: string; name: string }) {
  const { t } = useTranslation("friends");
  const [opened, { open, close }] = useDisclosure(false);
  const unlink = useCarryOut("unlink_friend", { done: t("unlink.done"), onDone: close });
  if (!useMayWrite()) return null;
  return (
    <>
      <Button variant="default" onClick={open}>
        {t("unlink.action")}
      </Button>
      <Confirm
        opened={opened}
        title={t("unlink.title", { name })}
        text={t("unlink.text")}
        action={t("unlink.action")}
        busy={unlink.isPending}
        error={unlink.error}
        onConfirm={() => unlink.mutate({ line_user_id: lineUserId })}
        onClose={close}
      />
    </>
  );
}
