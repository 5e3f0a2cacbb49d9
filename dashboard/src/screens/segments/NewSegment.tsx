// A new segment: its conditions, and how many friends fit them before it is saved.

import { Button, Chip, Group, Paper, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useCarryOut } from "../../api/use_carry_out";
import { Problem } from "../../parts/Problem";
import {
  FOLLOWS,
  LINKAGES,
  METHODS,
  oneOf,
  type Conditions,
} from "../friends/filters";
import { friendCountQuery, tagsQuery } from "../friends/queries";

const FIRST: Conditions = { klaviyo_id_linkage: "unlinked", follow_status: ["following"] };

export function NewSegment({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("segments");
  const [name, setName] = useState("");
  const [conditions, setConditions] = useState(FIRST);
  const save = useCarryOut("create_segment", { done: t("created"), onDone: onClose });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    save.mutate({ ...conditions, name: name.trim() });
  };
  return (
    <Paper withBorder p="md">
      <form onSubmit={submit} aria-label={t("create")}>
        <Stack>
          <TextInput
            label={t("name")}
            value={name}
            maxLength={60}
            required
            data-autofocus
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Choices conditions={conditions} onChange={setConditions} />
          <Preview conditions={conditions} />
          {save.error && <Problem error={save.error} />}
          <Group>
            <Button type="submit" loading={save.isPending} disabled={!name.trim()}>
              {t("create")}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

function Preview({ conditions }: { conditions: Conditions }) {
  const { t, i18n } = useTranslation("segments");
  const [settled] = useDebouncedValue(conditions, 200);
  const query = useQuery(friendCountQuery({ conditions: settled }));
  if (query.error) {
    return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  }
  const count = query.data;
  const shown = new Intl.NumberFormat(i18n.language).format(count ?? 0);
  return (
    <Text size="sm" fw={500} role="status" mih="1.5em">
      {count === undefined ? null : t("preview", { count, shown })}
    </Text>
  );
}

interface ChoicesProps {
  conditions: Conditions;
  onChange: (conditions: Conditions) => void;
}

function Choices({ conditions, onChange }: ChoicesProps) {
  const { t } = useTranslation("segments");
  const { t: said } = useTranslation("friends");
  const { data: tags = [] } = useQuery(tagsQuery);
  const set = (some: Conditions) => onChange({ ...conditions, ...some });
  const labels = tags.map((each) => [each.name, each.name] as const);
  return (
    <>
      <Asked name={said("filter.linkage")}>
        <SegmentedControl
          aria-label={said("filter.linkage")}
          value={conditions.klaviyo_id_linkage ?? "any"}
          onChange={(value) => set({ klaviyo_id_linkage: oneOf(LINKAGES, value) })}
          data={[
            { value: "any", label: said("filter.any") },
            ...LINKAGES.map((value) => ({ value, label: said(`linkage.${value}`) })),
          ]}
        />
      </Asked>
      <Several
        name={said("filter.follow")}
        choices={FOLLOWS.map((each) => [each, said(`follow.${each}`)])}
        chosen={conditions.follow_status ?? []}
        onChange={(values) => set({ follow_status: values })}
      />
      <Several
        name={said("filter.method")}
        choices={METHODS.map((each) => [each, said(`method.${each}`)])}
        chosen={conditions.methods ?? []}
        onChange={(values) => set({ methods: values })}
      />
      <Several
        name={t("with_tags")}
        choices={labels}
        chosen={conditions.tags ?? []}
        onChange={(values) => set({ tags: values })}
      />
      <Days conditions={conditions} onChange={onChange} />
    </>
  );
}

function Days({ conditions, onChange }: ChoicesProps) {
  const { t } = useTranslation("segments");
  const days = ["linked_since", "linked_before", "followed_since", "followed_before"] as const;
  return (
    <Group>
      {days.map((day) => (
        <TextInput
          key={day}
          type="date"
          label={t(day)}
          value={conditions[day] ?? ""}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...conditions, [day]: value || null })
          }
        />
      ))}
    </Group>
  );
}

interface SeveralProps<Value extends string> {
  name: string;
  choices: (readonly [Value, string])[];
  chosen: Value[];
  onChange: (values: Value[]) => void;
}

function Several<Value extends string>(props: SeveralProps<Value>) {
  if (props.choices.length === 0) return null;
  const flip = (value: Value) =>
    props.chosen.includes(value)
      ? props.chosen.filter((each) => each !== value)
      : [...props.chosen, value];
  return (
    <Asked name={props.name}>
      <Group gap="xs" role="group" aria-label={props.name}>
        {props.choices.map(([value, label]) => (
          <Chip
            key={value}
            size="sm"
            checked={props.chosen.includes(value)}
            onChange={() => props.onChange(flip(value))}
          >
            {label}
          </Chip>
        ))}
      </Group>
    </Asked>
  );
}

function Asked({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Stack gap={4} align="flex-start">
      <Text size="sm" fw={500} aria-hidden="true">
        {name}
      </Text>
      {children}
    </Stack>
  );
}
