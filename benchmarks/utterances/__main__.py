"""How the built-in planner takes merchants' sentences.

    uv run python -m benchmarks.utterances FILE [--json] [--n-grams]

FILE holds JSON Lines `{"id","lang","text","intent","args","also_ok"}`. Every line is a
conversation of its own: one call of `Planner.reply`, with all tools offered and nothing
read yet. For `all` and per language:

- `lines`, `acted`: how many lines there are, and on how many the planner took one
  meaning: it called its tool, began its frame, or spoke that moment. A yes or no while
  nothing is open is taken as `approve` or `reject`. Otherwise it asked: "did you mean",
  or the request to say it in other words.
- `right_among_acted`: of the acted, the share whose meaning is `intent` or in `also_ok`
  (`labels.yaml` says which label each tool and moment has).
- `ask_rate`: of all lines, the share that was asked about.
- `right_option_offered`: of the asked, the share with a right meaning among what "did
  you mean" named. The request to say it in other words names none.
- `wrong_writes`: on how many lines a tool that changes something was begun whose label
  is neither `intent` nor in `also_ok`. Its card would still have to be approved.
- `arguments_right`: of the rightly acted with `args`, the share where every argument
  was heard with its value and no other argument was. Texts are compared folded (case,
  width), truth values as such; a form, segment, property, QR code or friend by the name
  as said. A merge variable says that its signal is used; the signal is not an argument
  too many beside its variable, nor the variable beside its signal.
- `p50_ms`, `p95_ms`: milliseconds of one call of `reply`.

`--n-grams` leaves out the embeddings, as where they cannot be loaded. A share of
nothing is null. The scored set is `scored.jsonl`, frozen by its hash; what
is tuned is tuned on `development.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import structlog

from benchmarks.machine import this_machine
from benchmarks.utterances.labels import load_labels
from benchmarks.utterances.lines import Line, read_lines
from benchmarks.utterances.scoring import Outcome, summary
from benchmarks.utterances.table import table, wrong_ones
from benchmarks.utterances.taking import Taker
from marketing_agent.agent.planner.moments import moment_examples
from marketing_agent.agent.planner.planner import Planner
from marketing_agent.agent.planner.texts import load_wordings
from marketing_agent.services.help_text import help_text
from marketing_agent.services.sentence_vectors import sentence_vectors
from marketing_agent.toolbox.pages import tool_pages


def main() -> None:
    """Run the file; the object alone with `--json`, else a table and what was wrong."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    parser = argparse.ArgumentParser(prog="python -m benchmarks.utterances")
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--n-grams", action="store_true", help="leave out embeddings")
    asked = parser.parse_args()
    planner = built_in(n_grams=asked.n_grams)
    outcomes = run(planner, read_lines(asked.file))
    figures = summary(outcomes)
    if asked.json:
        print(json.dumps(figures, indent=2))
        return
    print(this_machine(), f"matcher: {planner.matcher.kind}", table(figures), sep="\n")
    print(*wrong_ones(outcomes), sep="\n")


def built_in(*, n_grams: bool) -> Planner:
    """The built-in planner, without LangChain; with n-grams alone if that is asked."""
    vectors = None if n_grams else sentence_vectors()
    pages, topics = tool_pages(), help_text().topics
    return Planner(pages, moment_examples(), load_wordings(), topics, vectors)


def run(planner: Planner, lines: list[Line]) -> list[Outcome]:
    """Every line with how it was taken; the first one is warmed up with."""
    taker = Taker(planner, load_labels())
    for line in lines[:1]:
        taker.take(line.text)
    return [Outcome(line=line, taken=taker.take(line.text)) for line in lines]


if __name__ == "__main__":
    main()
