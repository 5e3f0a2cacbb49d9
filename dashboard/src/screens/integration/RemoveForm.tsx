// Removes a form's linkage, once it is clear what is left to do in Klaviyo.

import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { useCarryOut } from "../../api/use_carry_out";
import { Confirm } from "../../parts/Confirm";
import type { FormLinkageCard } from "./queries";

export function RemoveForm({ linkage }: { linkage: FormLinkageCard }) {
  const { t } = useTranslation("integration");
  const [asking, { open, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const remove = useCarryOut("remove_form_linkage", {
    done: t("remove.done", { form: linkage.form_name }),
    onDone: () => void navigate("/integration"),
  });
  return (
    <>
      <Button variant="default" onClick={open}>
        {t("remove.button")}
      </Button>
      <Confirm
        opened={asking}
        title={t("remove.title", { form: linkage.form_name })}
        text={t("remove.text")}
        action={t("remove.button")}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({ form_id: linkage.form_id })}
        onClose={close}
      />
    </>
  );
}
