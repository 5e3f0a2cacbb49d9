// What a request would change: each field as it is, and as it would be.

import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client";

type Fields = Record<string, unknown>;

export function BeforeAfter({ request }: { request: Schemas["RequestLine"] }) {
  const { t } = useTranslation("approvals");
  const before: Fields | null = request.before ?? null;
  const after: Fields = { ...request.arguments, ...request.after };
  const names = Object.keys(after).filter((each) => after[each] !== null || before?.[each]);
  const { field, shown } = useFieldWords();
  if (names.length === 0) return <Text size="sm">{t("no_fields")}</Text>;
  return (
    <Table.ScrollContainer scrollAreaProps={{ viewportProps: { tabIndex: 0 } }} minWidth={260}>
      <Table layout="fixed" withTableBorder verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("field")}</Table.Th>
            {before && <Table.Th>{t("before")}</Table.Th>}
            <Table.Th>{t("after")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {names.map((name) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={500} className="breakable">
                {field(name)}
              </Table.Th>
              {before && (
                <Table.Td className="breakable" c="dimmed">
                  {shown(name, before[name])}
                </Table.Td>
              )}
              <Table.Td className="breakable" fw={same(before, after, name) ? 400 : 600}>
                {shown(name, after[name])}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function same(before: Fields | null, after: Fields, name: string): boolean {
  return JSON.stringify(before?.[name]) === JSON.stringify(after[name]);
}

/** The merchant's words for arguments and their values; what has none stays as it is. */
function useFieldWords() {
  const { t, i18n } = useTranslation("approvals");
  const word = (key: string, otherwise: string) =>
    i18n.exists(`approvals:${key}`) ? t(key as "fields.name") : otherwise;
  const value = (name: string, one: unknown): string => {
    const plain = typeof one === "object" ? JSON.stringify(one) : String(one);
    return word(`values.${name}_${plain}`.toLowerCase(), plain);
  };
  return {
    field: (name: string) => word(`fields.${name}`, name.replaceAll("_", " ")),
    shown: (name: string, given: unknown) => {
      if (given === null || given === undefined || given === "") return t("nothing");
      const each: unknown[] = Array.isArray(given) ? given : [given];
      return each.map((one) => value(name, one)).join(", ") || t("nothing");
    },
  };
}
