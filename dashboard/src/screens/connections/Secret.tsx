// A field for a key or secret: hidden while typed, and never filled in by the browser.

import { PasswordInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface SecretProps {
  label: string;
  description?: string;
  value: string;
  onValue: (value: string) => void;
}

export function Secret({ label, description, value, onValue }: SecretProps) {
  const { t } = useTranslation("connections");
  return (
    <PasswordInput
      label={label}
      description={description}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
      maxLength={200}
      required
      autoComplete="new-password"
      spellCheck={false}
      visibilityToggleButtonProps={{ "aria-label": t("reveal") }}
    />
  );
}
