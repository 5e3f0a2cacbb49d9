// The blocks of a text in Markdown: what the help is written in, and what the agent says.

export type Block =
  | { kind: "text"; lines: string[] }
  | { kind: "quote"; lines: string[] }
  | { kind: "heading"; text: string }
  | { kind: "items"; ordered: boolean; items: string[] }
  | { kind: "cells"; rows: string[][] }
  /** `label` is the line above it that says what it is. */
  | { kind: "code"; code: string; label: string | null };

const FENCE = /^\s*```/;
const ITEM = /^\s*(?:[-*]|\d+[.)])\s+/;
const QUOTE = /^\s*>\s?/;
const HEADING = /^#{1,6}\s+/;

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (FENCE.test(line)) {
      const end = endOfFence(lines, at + 1);
      const label = takenLabel(blocks);
      blocks.push({ kind: "code", code: lines.slice(at + 1, end).join("\n"), label });
      at = end;
    } else put(blocks, line, (lines[at - 1] ?? "").trim() === "");
  }
  return blocks;
}

/** "Link for the email:" right above a snippet is its label. */
function takenLabel(blocks: Block[]): string | null {
  const last = blocks.at(-1);
  if (last?.kind !== "text" || !/[:：]$/.test(last.lines.at(-1) ?? "")) return null;
  const label = last.lines.pop() ?? "";
  if (last.lines.length === 0) blocks.pop();
  return label.replace(/[:：]$/, "");
}

function endOfFence(lines: readonly string[], from: number): number {
  const end = lines.findIndex((line, at) => at >= from && FENCE.test(line));
  return end === -1 ? lines.length : end;
}

/** Add a line to the block before it, or begin another one. */
function put(blocks: Block[], line: string, afterBlank: boolean): void {
  const last = blocks.at(-1);
  if (line.trim() === "") return;
  if (HEADING.test(line)) blocks.push({ kind: "heading", text: line.replace(HEADING, "") });
  else if (QUOTE.test(line)) putQuote(blocks, last, line.replace(QUOTE, ""));
  else if (line.startsWith("|")) putCells(blocks, last, line);
  else if (ITEM.test(line)) putItem(blocks, last, line);
  else if (last?.kind === "items" && !afterBlank)
    last.items.push(`${last.items.pop() ?? ""}\n${line.trim()}`);
  else if (last?.kind === "text" && !afterBlank) last.lines.push(line);
  else blocks.push({ kind: "text", lines: [line] });
}

function putQuote(blocks: Block[], last: Block | undefined, line: string): void {
  if (last?.kind === "quote") last.lines.push(line);
  else blocks.push({ kind: "quote", lines: [line] });
}

function putItem(blocks: Block[], last: Block | undefined, line: string): void {
  const ordered = /^\s*\d/.test(line);
  const item = line.replace(ITEM, "");
  if (last?.kind === "items" && last.ordered === ordered) last.items.push(item);
  else blocks.push({ kind: "items", ordered, items: [item] });
}

function putCells(blocks: Block[], last: Block | undefined, line: string): void {
  const cells = line.replace(/^\||\|\s*$/g, "").split("|").map((cell) => cell.trim());
  if (cells.every((cell) => /^:?-+:?$/.test(cell))) return;
  if (last?.kind === "cells") last.rows.push(cells);
  else blocks.push({ kind: "cells", rows: [cells] });
}
