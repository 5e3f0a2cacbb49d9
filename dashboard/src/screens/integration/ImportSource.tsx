// Chooses where LINE User IDs are read from: first a preview, then the start.

import { Button, Group, Paper, Stack } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { ask } from "../../api/client";
import { useCarryOut } from "../../api/use_carry_out";
import { useMayWrite } from "../../app/session";
import { BackLink } from "../../parts/BackLink";
import { BeforeAfter } from "../../parts/BeforeAfter";
import { Loaded } from "../../parts/Loaded";
import { OnlyLooking } from "../../parts/OnlyLooking";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { Preview } from "./Preview";
import { importQuery } from "../../api/queries";
import type { ImportSetting } from "./queries";
import { LineUserIdProperty } from "./LineUserIdProperty";
import { SourceSegment } from "./SourceSegment";

export function ImportSource() {
  const { t } = useTranslation("integration");
  const query = useQuery(importQuery);
  const mayWrite = useMayWrite();
  return (
    <>
      <BackLink to="/integration" label={t("tabs.settings")} />
      <PageHead title={t("import.title")} about={t("import.about")} />
      <OnlyLooking />
      {mayWrite && (
        <Loaded query={query}>{({ block }) => <Choosing former={block.setting} />}</Loaded>
      )}
    </>
  );
}

interface Chosen {
  segment: { id: string; name: string } | null;
  property: string;
}

function chosenOf(setting: ImportSetting | null): Chosen {
  if (setting === null) return { segment: null, property: "" };
  const { segment_id: id, segment_name: name, property } = setting;
  return { segment: { id, name }, property };
}

function Choosing({ former }: { former: ImportSetting | null }) {
  const { t } = useTranslation("integration");
  const navigate = useNavigate();
  const [touched, setTouched] = useState<Chosen | null>(null);
  const { segment, property } = touched ?? chosenOf(former);
  const look = useMutation({
    mutationFn: (from: { segment_id: string; property: string }) => ask("show_import", from),
  });
  const start = useCarryOut("start_import", {
    done: t("import.started"),
    onDone: () => void navigate("/integration"),
  });
  const from = segment && { segment_id: segment.id, property: property.trim() };
  const preview = look.data?.block.preview;
  const isOfThis = preview?.segment_id === from?.segment_id && preview?.property === from?.property;
  const same = former?.segment_id === from?.segment_id && former?.property === from?.property;
  const ready = from !== null && from.property !== "";
  const choose = (part: Partial<Chosen>) => {
    setTouched({ segment, property, ...part });
    start.reset();
    look.reset();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (ready) look.mutate(from);
  };
  return (
    <Paper component="form" withBorder p="md" maw={760} onSubmit={submit} noValidate>
      <Stack gap="lg">
        <SourceSegment
          value={segment}
          isFormer={touched === null}
          onChange={(now) => choose({ segment: now })}
        />
        <LineUserIdProperty
          segmentId={segment?.id ?? null}
          value={property}
          onChange={(now) => choose({ property: now })}
        />
        {look.error && <Problem error={look.error} />}
        {preview && isOfThis && <Preview preview={preview} />}
        {former && ready && (
          <BeforeAfter
            values={[
              { label: t("import.segment"), before: former.segment_name, after: segment?.name ?? null },
              { label: t("import.property"), before: former.property, after: from.property },
            ]}
          />
        )}
        {start.error && <Problem error={start.error} />}
        <Group justify="flex-end">
          <Button component={Link} to="/integration" variant="default">
            {t("cancel")}
          </Button>
          {/* One looks first: a start without a preview is not offered. */}
          <Button
            type="submit"
            variant={isOfThis && preview ? "default" : "filled"}
            disabled={!ready}
            loading={look.isPending}
          >
            {t("import.preview")}
          </Button>
          {preview && isOfThis && !same && (
            <Button loading={start.isPending} onClick={() => ready && start.mutate(from)}>
              {t("import.start")}
            </Button>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}
