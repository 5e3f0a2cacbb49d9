// Lets those in who are signed in. An ended sign-in asks again over the open screen.

import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { meQuery, type Me } from "../api/queries";
import { Problem } from "../parts/Problem";
import { Waiting } from "../parts/Waiting";
import { SessionContext } from "./session";
import { Shell } from "./Shell";
import { SignIn, SignInForm } from "./SignIn";

export function SessionGate() {
  const { data: me, error, isPending, refetch } = useQuery(meQuery);
  const [last, setLast] = useState<Me | null>(null);
  if (me && me !== last) {
    // Somebody else must not see what is left on the screen of the one before.
    if (last && !samePerson(last, me)) window.location.reload();
    setLast(me);
  }
  const shown = me ?? last;
  if (shown) {
    return (
      <SessionContext value={shown}>
        <Shell />
        <SignInAgain opened={me === null} />
      </SessionContext>
    );
  }
  if (isPending) return <Waiting />;
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  return <SignIn />;
}

/** By name and shop: every invitation makes another subject. */
function samePerson(one: Me, other: Me): boolean {
  return one.name === other.name && one.merchant.id === other.merchant.id;
}

function SignInAgain({ opened }: { opened: boolean }) {
  const { t } = useTranslation("app");
  return (
    <Modal
      opened={opened}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t("sign_in.ended")}
      centered
    >
      <SignInForm />
    </Modal>
  );
}
