// Asks before something that other people notice; the words say what happens.

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Problem } from "./Problem";

interface ConfirmProps {
  opened: boolean;
  title: string;
  text: string;
  /** What the button does, as a verb: "Unlink". */
  action: string;
  busy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm(props: ConfirmProps) {
  const { t } = useTranslation("app");
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      centered
      closeButtonProps={{ "aria-label": t("confirm.close") }}
    >
      <Stack>
        <Text size="sm">{props.text}</Text>
        {props.error ? <Problem error={props.error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            {t("confirm.cancel")}
          </Button>
          <Button color="red" loading={props.busy ?? false} onClick={props.onConfirm}>
            {props.action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
