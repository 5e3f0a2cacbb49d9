// A custom QR code opened again: what to copy, what came of it, and its settings.

import { Anchor, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";

import { useMayWrite } from "../../app/session";
import { BackLink } from "../../parts/BackLink";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { OnlyLooking } from "../../parts/OnlyLooking";
import { PageHead } from "../../parts/PageHead";
import { DeleteQrCode } from "./DeleteQrCode";
import { EditQrCode } from "./EditQrCode";
import { qrCodesQuery, type QrCodeRow } from "./queries";
import { Steps } from "./Steps";
import { ToCopy } from "./ToCopy";

export function OneQrCode() {
  const { t } = useTranslation("qr-codes");
  const { slug } = useParams();
  const query = useQuery(qrCodesQuery);
  return (
    <>
      <BackLink to="/qr-codes" label={t("title")} />
      <Loaded query={query}>
        {(rows) => {
          const row = rows.find(({ qr_link: card }) => card.slug === slug);
          return row ? <Opened key={slug} row={row} /> : <Gone />;
        }}
      </Loaded>
    </>
  );
}

function Opened({ row }: { row: QrCodeRow }) {
  const { t } = useTranslation("qr-codes");
  const { qr_link: card } = row;
  return (
    <>
      <PageHead title={card.name} about={t(`link_type.${card.link_type}`)}>
        {useMayWrite() && <DeleteQrCode card={card} />}
      </PageHead>
      <OnlyLooking />
      <Stack gap="lg">
        <Steps row={row} />
        <ToCopy card={card} />
        <EditQrCode card={card} />
      </Stack>
    </>
  );
}

function Gone() {
  const { t } = useTranslation("qr-codes");
  return (
    <>
      <PageHead title={t("gone.title")} />
      <Empty title={t("gone.text")}>
        <Anchor component={Link} to="/changes">
          {t("gone.changes")}
        </Anchor>
      </Empty>
    </>
  );
}
