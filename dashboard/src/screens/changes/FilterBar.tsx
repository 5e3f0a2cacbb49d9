// Narrows the history: by person, by what was done, by day.

import { Button, Fieldset, Group, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { answered, api } from "../../api/client";
import { useToolTitles } from "../../parts/tool_titles";
import { EVERYTHING, type Filter } from "./history";

const WRITES = [
  "create_qr_link", "update_qr_link", "delete_qr_link", "configure_form_linkage",
  "remove_form_linkage", "start_import", "stop_import", "set_auto_link", "set_integration",
  "create_segment", "delete_segment", "unlink_friend", "resolve_conflict", "erase_friend",
  "undo_change",
] as const;

interface FilterBarProps {
  filter: Filter;
  onFilter: (filter: Filter) => void;
}

export function FilterBar({ filter, onFilter }: FilterBarProps) {
  const { t } = useTranslation("changes");
  const titleOf = useToolTitles();
  const everybody = { value: "", label: t("filter.all") };
  const tools = WRITES.map((each) => ({ value: each, label: titleOf(each) ?? each }));
  const set = (part: Partial<Filter>) => onFilter({ ...filter, ...part });
  return (
    <Fieldset variant="unstyled" aria-label={t("filter.label")} mb="md">
      <Group align="flex-end" gap="sm">
        <NativeSelect
          flex="1 1 150px"
          label={t("filter.who")}
          value={filter.who}
          onChange={(event) => set({ who: event.currentTarget.value })}
          data={[everybody, ...usePeople()]}
        />
        <NativeSelect
          flex="1 1 190px"
          label={t("filter.what")}
          value={filter.tool}
          onChange={(event) => set({ tool: event.currentTarget.value })}
          data={[everybody, ...tools]}
        />
        <Day name={t("filter.since")} day={filter.since} onDay={(since) => set({ since })} />
        <Day name={t("filter.until")} day={filter.until} onDay={(until) => set({ until })} />
        <Button variant="default" onClick={() => onFilter(EVERYTHING)}>
          {t("filter.clear")}
        </Button>
      </Group>
    </Fieldset>
  );
}

interface DayProps {
  name: string;
  day: string;
  onDay: (day: string) => void;
}

function Day({ name, day, onDay }: DayProps) {
  return (
    <TextInput
      type="date"
      flex="1 1 140px"
      label={name}
      value={day}
      onChange={(event) => onDay(event.currentTarget.value)}
    />
  );
}

function usePeople() {
  const { data = [] } = useQuery({
    queryKey: ["people"],
    queryFn: () => answered(api.GET("/api/v1/people")),
  });
  const met = data.filter((each) => each.state === "signed_in");
  return met.map((each) => ({ value: each.subject, label: each.name }));
}
