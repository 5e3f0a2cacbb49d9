// Takes a custom QR code out of use, once it is clear what that does.

import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { useCarryOut } from "../../api/use_carry_out";
import { Confirm } from "../../parts/Confirm";
import type { QrLinkCard } from "./queries";

export function DeleteQrCode({ card }: { card: QrLinkCard }) {
  const { t } = useTranslation("qr-codes");
  const [opened, { open, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const drop = useCarryOut("delete_qr_link", {
    done: t("deleted", { name: card.name }),
    onDone: () => void navigate("/qr-codes"),
  });
  return (
    <>
      <Button variant="default" onClick={open}>
        {t("delete.button")}
      </Button>
      <Confirm
        opened={opened}
        title={t("delete.title", { name: card.name })}
        text={t("delete.text")}
        action={t("delete.button")}
        busy={drop.isPending}
        error={drop.error}
        onConfirm={() => drop.mutate({ slug: card.slug })}
        onClose={close}
      />
    </>
  );
}
