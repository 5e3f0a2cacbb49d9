// A QR code that can be scanned from the screen and downloaded.

import { Anchor, Image, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface QrPictureProps {
  /** An address of our own that answers with the picture. */
  src: string;
  /** What it is for: the name of the custom QR code. */
  name: string;
  size?: number;
}

export function QrPicture({ src, name, size = 200 }: QrPictureProps) {
  const { t } = useTranslation("app");
  const { pathname, search } = new URL(src, window.location.origin);
  const own = `${pathname}${search}`;
  return (
    <Stack gap="xs" w={size}>
      {/* White around it in the dark too: scanners need the edge. */}
      <Image src={own} alt={t("qr.alt", { name })} w={size} h={size} bg="white" p={8} radius="md" />
      <Anchor href={own} download={`${name}.png`} size="sm">
        {t("qr.download")}
      </Anchor>
    </Stack>
  );
}
