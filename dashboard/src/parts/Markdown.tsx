// Markdown as people read it. Snippets come with a button that copies them.

import { Blockquote, Box, List, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { CopyField } from "./CopyField";
import { inline } from "./inline";
import { blocksOf, type Block } from "./markdown_blocks";

interface MarkdownProps {
  text: string;
  /** Whether a new line stays one, as in what is said; written text is wrapped anywhere. */
  spoken?: boolean;
}

export function Markdown({ text, spoken = false }: MarkdownProps) {
  return blocksOf(text).map((block, at) => <Shown key={at} block={block} spoken={spoken} />);
}

function Shown({ block, spoken }: { block: Block; spoken: boolean }) {
  const { t } = useTranslation("app");
  switch (block.kind) {
    case "code":
      return (
        <Box mb="sm">
          <CopyField label={block.label ?? t("copy.this")} value={block.code} />
        </Box>
      );
    case "quote":
      return (
        <Blockquote p="xs" pl="md" mb="sm" fz="inherit">
          {blocksOf(block.lines.join("\n")).map((each, at) => (
            <Shown key={at} block={each} spoken={false} />
          ))}
        </Blockquote>
      );
    case "cells":
      return <Cells rows={block.rows} />;
    case "items":
      return <Items block={block} spoken={spoken} />;
    case "heading":
      return (
        <Text inherit mb={4} fw={600} className="breakable">
          {inline(block.text)}
        </Text>
      );
    case "text":
      return (
        <Text inherit mb="sm" className="breakable" {...lines(spoken)}>
          {inline(spoken ? block.lines.join("\n") : unwrapped(block.lines))}
        </Text>
      );
  }
}

function lines(spoken: boolean) {
  return spoken ? { style: { whiteSpace: "pre-line" } } : {};
}

/** Lines of Chinese and Japanese join without a space. */
function unwrapped(wrapped: readonly string[]): string {
  const narrow = !/[\u3040-\u30ff\u4e00-\u9fff]/.test(wrapped[0] ?? "");
  return wrapped.map((line) => line.trim()).join(narrow ? " " : "");
}

function Items({ block, spoken }: { block: Block & { kind: "items" }; spoken: boolean }) {
  return (
    <List
      type={block.ordered ? "ordered" : "unordered"}
      mb="sm"
      spacing={4}
      withPadding
      fz="inherit"
    >
      {block.items.map((each, at) => (
        <List.Item key={at} className="breakable" {...lines(spoken)}>
          {inline(spoken ? each : unwrapped(each.split("\n")))}
        </List.Item>
      ))}
    </List>
  );
}

function Cells({ rows: [head = [], ...rows] }: { rows: string[][] }) {
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
