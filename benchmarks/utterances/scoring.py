"""The figures of a file of utterances, over all lines and per language."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.figures import percentile
from benchmarks.utterances.lines import LANGUAGES
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.utterances.lines import Line, Value
    from benchmarks.utterances.taking import Taken

_SAME: Final = {"email_variable": "uses_email", "phone_variable": "uses_phone"}
"""A variable and its signal are one thing said in two ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A line and how it was taken."""

    line: Line
    taken: Taken

    @property
    def is_acted(self) -> bool:
        """Whether the planner took one meaning."""
        return self.taken.label is not None

    @property
    def is_right(self) -> bool:
        """Whether the meaning that it took is one of the right ones."""
        return self.taken.label in self.line.labels

    @property
    def is_wrong_write(self) -> bool:
        """Whether it began to change something that nobody asked for."""
        return self.taken.is_write and not self.is_right

    @property
    def has_right_option(self) -> bool:
        """Whether what it offered to choose from has a right one."""
        return not self.line.labels.isdisjoint(self.taken.options)

    @property
    def arguments_are_right(self) -> bool:
        """Whether exactly what the sentence says was heard."""
        heard, said = self.taken.arguments, self.line.args
        missed = [
            name for name, value in said.items() if not _holds(heard, name, value)
        ]
        return not missed and not _invented(heard, said)


def summary(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float | int | None]]:
    """The figures by `all` and by language; a language without lines is left out."""
    groups: dict[str, list[Outcome]] = {"all": list(outcomes)}
    for language in LANGUAGES:
        groups[language] = [each for each in outcomes if each.line.lang == language]
    return {name: _figures(group) for name, group in groups.items() if group}


def _figures(outcomes: list[Outcome]) -> dict[str, float | int | None]:
    acted = [each for each in outcomes if each.is_acted]
    asked = [each for each in outcomes if not each.is_acted]
    right = [each for each in acted if each.is_right]
    with_arguments = [each for each in right if each.line.args]
    took = [each.taken.took for each in outcomes]
    return {
        "lines": len(outcomes),
        "acted": len(acted),
        "right_among_acted": _share([each.is_right for each in acted]),
        "ask_rate": _share([not each.is_acted for each in outcomes]),
        "right_option_offered": _share([each.has_right_option for each in asked]),
        "wrong_writes": sum(each.is_wrong_write for each in acted),
        "arguments_right": _share(
            [each.arguments_are_right for each in with_arguments]
        ),
        "p50_ms": round(statistics.median(took), 2),
        "p95_ms": round(percentile(took, 95) if len(took) > 1 else took[0], 2),
    }


def _share(truths: Sequence[bool]) -> float | None:
    return round(sum(truths) / len(truths), 4) if truths else None


def _holds(heard: Mapping[str, set[Value]], name: str, value: Value) -> bool:
    return _plain(value) in map(_plain, heard.get(name, ()))


def _invented(heard: Mapping[str, set[Value]], said: Mapping[str, Value]) -> bool:
    """Whether an argument was heard that the sentence does not have.

    That a signal is not used follows from the other, and is no invention.
    """
    known = {*said, *(_SAME[name] for name in said if name in _SAME)}
    known |= {variable for variable, uses in _SAME.items() if uses in said}
    return any(
        name not in known and values != {False} for name, values in heard.items()
    )


def _plain(value: Value) -> Value:
    return value if isinstance(value, bool) else folded(value).strip()
