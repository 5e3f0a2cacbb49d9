// The Markdown that the help text is written in: paragraphs, lists and tables.

import { List, Table, Text } from "@mantine/core";

import { inline } from "./inline";

const ITEM = /^(?:[-*]|\d+\.)\s+/;

export function Markdown({ text }: { text: string }) {
  return text
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== "")
    .map((block, at) => <Block key={at} lines={block.trim().split("\n")} />);
}

function Block({ lines }: { lines: string[] }) {
  const first = lines[0] ?? "";
  if (first.startsWith("|")) return <Cells lines={lines} />;
  if (ITEM.test(first)) return <Items lines={lines} />;
  return (
    <Text mb="sm" className="breakable">
      {inline(lines.join(spaced(first)))}
    </Text>
  );
}

/** Lines of Chinese and Japanese join without a space. */
function spaced(text: string): string {
  return /[\u3040-\u30ff\u4e00-\u9fff]/.test(text) ? "" : " ";
}

function Items({ lines }: { lines: string[] }) {
  const items: string[] = [];
  for (const line of lines) {
    if (ITEM.test(line)) items.push(line.replace(ITEM, ""));
    else items.push(`${items.pop() ?? ""} ${line.trim()}`);
  }
  const ordered = /^\d/.test(lines[0] ?? "");
  return (
    <List type={ordered ? "ordered" : "unordered"} mb="sm" spacing={4} withPadding>
      {items.map((each) => (
        <List.Item key={each}>{inline(each)}</List.Item>
      ))}
    </List>
  );
}

function Cells({ lines }: { lines: string[] }) {
  const [head = [], , ...rows] = lines.map((line) =>
    line
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim()),
  );
  return (
    <Table.ScrollContainer scrollAreaProps={{ viewportProps: { tabIndex: 0 } }} minWidth={420} mb="sm">
      <Table withTableBorder verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {head.map((cell) => (
              <Table.Th key={cell}>{inline(cell)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.join("|")}>
              {row.map((cell, at) => (
                <Table.Td key={at}>{inline(cell)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
