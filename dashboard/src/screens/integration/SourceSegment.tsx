// Source Segment: the choices are the segments that Klaviyo has now.

import { Alert, Select, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { toolQuery } from "../../api/queries";
import { Problem } from "../../parts/Problem";

interface Segment {
  id: string;
  name: string;
}

interface SourceSegmentProps {
  value: Segment | null;
  /** Whether this is the segment in force: then Klaviyo may have lost it since. */
  isFormer: boolean;
  onChange: (segment: Segment | null) => void;
}

export function SourceSegment({ value, isFormer, onChange }: SourceSegmentProps) {
  const { t } = useTranslation("integration");
  const [text, setText] = useState("");
  // What stands in the field once something is chosen is no search.
  const [wanted] = useDebouncedValue(text === value?.name ? "" : text.trim(), 300);
  const query = useQuery({
    ...toolQuery("list_segments", wanted ? { name: wanted } : {}),
    placeholderData: keepPreviousData,
  });
  const block = query.data?.block;
  const listed = block?.segments ?? [];
  const known = value === null || listed.some(({ id }) => id === value.id);
  const gone = isFormer && !known && wanted === "" && block?.more === 0;
  const choices = known ? listed : [...listed, value];
  return (
    <Stack gap="xs">
      <Select
        label={t("import.segment")}
        description={t("import.segment_about")}
        placeholder={query.isPending ? t("target.asking") : t("import.choose_segment")}
        data={choices.map(({ id, name }) => ({ value: id, label: name }))}
        value={value?.id ?? null}
        onChange={(id) => onChange(choices.find((each) => each.id === id) ?? null)}
        searchable
        searchValue={text}
        onSearchChange={setText}
        nothingFoundMessage={t("import.no_segment")}
        required
      />
      {block !== undefined && block.more > 0 && (
        <Text size="sm" c="dimmed">
          {t("import.more_segments", { count: block.more })}
        </Text>
      )}
      {gone && (
        <Alert color="red" variant="light" title={t("import.segment_gone")} role="alert">
          <Text size="sm">{t("import.segment_gone_text")}</Text>
        </Alert>
      )}
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
    </Stack>
  );
}
