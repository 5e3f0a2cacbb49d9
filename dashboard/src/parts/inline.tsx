// Markdown within a line: code, bold, links.

import { Anchor, Code } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import { Link } from "react-router";

const MARKS = /(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/;

export function inline(text: string): ReactNode {
  return text.split(MARKS).map((part, at) => <Fragment key={at}>{marked(part)}</Fragment>);
}

function marked(part: string): ReactNode {
  if (part.startsWith("`")) return <Code>{part.slice(1, -1)}</Code>;
  if (part.startsWith("**")) return <b>{part.slice(2, -2)}</b>;
  const [, words, target] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part) ?? [];
  return words && target ? leading(words, target) : part;
}

function leading(words: string, target: string): ReactNode {
  if (/^https?:/.test(target)) {
    return (
      <Anchor href={target} target="_blank" rel="noreferrer" underline="always">
        {words}
      </Anchor>
    );
  }
  const own = target.replace(/\.md(?=#|$)/, "");
  return (
    <Anchor component={Link} to={own.startsWith("#") ? own : `/help/${own}`} underline="always">
      {words}
    </Anchor>
  );
}
