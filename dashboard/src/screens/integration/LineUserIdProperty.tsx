// LINE User ID Property: chosen from what a sample of the segment has, or typed.

import { Autocomplete, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { asProblem } from "../../api/problem";
import { toolQuery } from "../../api/queries";
import { Problem } from "../../parts/Problem";

interface LineUserIdPropertyProps {
  segmentId: string | null;
  value: string;
  onChange: (property: string) => void;
}

export function LineUserIdProperty({ segmentId, value, onChange }: LineUserIdPropertyProps) {
  const { t } = useTranslation("integration");
  const query = useQuery({
    ...toolQuery("list_profile_properties", { segment_id: segmentId ?? "" }),
    enabled: segmentId !== null,
    staleTime: 60_000,
  });
  const found = query.data?.block.properties ?? [];
  const likely = found.toSorted((one, other) => other.line_user_ids - one.line_user_ids);
  const ids = new Map(likely.map((each) => [each.name, each.line_user_ids]));
  return (
    <Stack gap="xs">
      <Autocomplete
        label={t("import.property")}
        description={t("import.property_about")}
        data={[...ids.keys()]}
        value={value}
        onChange={onChange}
        maxLength={255}
        disabled={segmentId === null}
        renderOption={({ option }) => (
          <Group justify="space-between" flex={1} gap="xs">
            <Text size="sm" className="breakable">
              {option.value}
            </Text>
            <Text size="xs" c="dimmed">
              {t("import.ids", { count: ids.get(option.value) ?? 0 })}
            </Text>
          </Group>
        )}
        spellCheck={false}
        required
      />
      {query.isFetching && (
        <Text size="sm" c="dimmed" role="status">
          {t("import.sampling")}
        </Text>
      )}
      {query.data && (
        <Text size="sm" c="dimmed" role="status">
          {t("import.sampled", { count: query.data.block.looked_at })}
        </Text>
      )}
      {/* That the segment is gone the field above says. */}
      {query.error && asProblem(query.error).status !== 404 && (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      )}
    </Stack>
  );
}
