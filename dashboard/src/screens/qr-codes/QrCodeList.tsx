// All custom QR codes, and how far each brought how many.

import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMayWrite } from "../../app/session";
import { Empty } from "../../parts/Empty";
import { Loaded } from "../../parts/Loaded";
import { OnlyLooking } from "../../parts/OnlyLooking";
import { PageHead } from "../../parts/PageHead";
import { qrCodesQuery, type QrCodeRow } from "./queries";
import { QrCodeLine } from "./QrCodeLine";

const SEARCH_FROM = 4;

export function QrCodeList() {
  const { t } = useTranslation("qr-codes");
  const query = useQuery(qrCodesQuery);
  const create = useMayWrite() && (
    <Button component={Link} to="/qr-codes/new">
      {t("create")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("title")} about={t("about")}>
        {create}
      </PageHead>
      <OnlyLooking />
      <Loaded query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t("empty")}>
              <Text size="sm" c="dimmed" maw="52ch">
                {t("empty_how")}
              </Text>
              {create}
            </Empty>
          ) : (
            <Found rows={rows} />
          )
        }
      </Loaded>
    </>
  );
}

function Found({ rows }: { rows: QrCodeRow[] }) {
  const { t } = useTranslation("qr-codes");
  const [text, setText] = useState("");
  const wanted = text.trim().toLocaleLowerCase();
  const found = rows.filter(({ qr_link: { name, slug } }) =>
    [name, slug].some((each) => each.toLocaleLowerCase().includes(wanted)),
  );
  return (
    <Stack gap="sm">
      {rows.length >= SEARCH_FROM && (
        <TextInput
          type="search"
          label={t("search")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maw={360}
        />
      )}
      <Text size="sm" c="dimmed" role="status">
        {t("found", { count: found.length })}
      </Text>
      {found.length === 0 && <Empty title={t("nothing_found", { text: text.trim() })} />}
      <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
        {found.map((row) => (
          <QrCodeLine key={row.qr_link.slug} row={row} />
        ))}
      </Stack>
    </Stack>
  );
}
