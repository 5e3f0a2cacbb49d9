// The search and the filters above the list.

import { NativeSelect, SimpleGrid, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { segmentsQuery } from "../../api/queries";
import { FOLLOWS, LINKAGES, METHODS } from "./filters";
import { tagsQuery } from "./queries";

interface FilterBarProps {
  text: string;
  onText: (text: string) => void;
}

interface Choice {
  value: string;
  label: string;
}

export function FilterBar({ text, onText }: FilterBarProps) {
  const { t } = useTranslation("friends");
  const { data: segments = [] } = useQuery(segmentsQuery);
  const { data: tags = [] } = useQuery(tagsQuery);
  const [search] = useSearchParams();
  const whole = search.has("segment");
  return (
    <>
      <TextInput
        type="search"
        label={t("search")}
        description={t("search_hint")}
        value={text}
        onChange={({ currentTarget }) => onText(currentTarget.value)}
        mb="sm"
      />
      <SimpleGrid cols={{ base: 2, md: 5 }} spacing="sm" mb="sm">
        <Filter
          name="segment"
          label={t("filter.segment")}
          choices={segments.map((each) => ({
            value: String(each.segment_id),
            label: each.name,
          }))}
        />
        <Filter
          name="linkage"
          label={t("filter.linkage")}
          off={whole}
          choices={LINKAGES.map((value) => ({ value, label: t(`linkage.${value}`) }))}
        />
        <Filter
          name="follow"
          label={t("filter.follow")}
          off={whole}
          choices={FOLLOWS.map((value) => ({ value, label: t(`follow.${value}`) }))}
        />
        <Filter
          name="method"
          label={t("filter.method")}
          off={whole}
          choices={METHODS.map((value) => ({ value, label: t(`method.${value}`) }))}
        />
        <Filter
          name="tag"
          label={t("filter.tag")}
          off={whole}
          choices={tags.map(({ name }) => ({ value: name, label: name }))}
        />
      </SimpleGrid>
    </>
  );
}

interface FilterProps {
  name: string;
  label: string;
  choices: Choice[];
  /** A segment brings all its conditions; nothing else narrows then. */
  off?: boolean;
}

function Filter({ name, label, choices, off = false }: FilterProps) {
  const { t } = useTranslation("friends");
  const [search, setSearch] = useSearchParams();
  const choose = (value: string) => {
    const next = name === "segment" ? new URLSearchParams() : new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  };
  return (
    <NativeSelect
      label={label}
      disabled={off}
      value={off ? "" : (search.get(name) ?? "")}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
      data={[{ value: "", label: t("filter.any") }, ...choices]}
    />
  );
}
