"""The figures as a table for people, and below it what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.utterances.lines import Value
    from benchmarks.utterances.scoring import Outcome


def table(figures: Mapping[str, Mapping[str, float | int | None]]) -> str:
    """One column per language."""
    rows = [["", *figures]]
    rows += [
        [what, *(_shown(what, each[what]) for each in figures.values())]
        for what in figures["all"]
    ]
    return "\n".join(
        f"{first:22}" + "".join(f"{each:>10}" for each in others)
        for first, *others in rows
    )


def wrong_ones(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A line of text for every wrong meaning and every wrong argument."""
    for each in outcomes:
        line, taken = each.line, each.taken
        if each.is_acted and not each.is_right:
            kind = "wrong write" if each.is_wrong_write else "wrong"
            yield f"{kind}: {line.id} {line.intent} taken as {taken.label}: {line.text}"
        elif not each.is_acted and not each.has_right_option:
            offered = ", ".join(sorted(taken.options)) or "nothing"
            yield f"not offered: {line.id} {line.intent} but {offered}: {line.text}"
        elif each.is_acted and line.args and not each.arguments_are_right:
            heard = _heard(taken.arguments)
            yield f"arguments: {line.id} {line.args} heard as {heard}: {line.text}"


def _heard(arguments: Mapping[str, set[Value]]) -> dict[str, list[Value]]:
    return {name: sorted(values, key=str) for name, values in arguments.items()}


def _shown(what: str, value: float | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, int) or what.endswith("_ms"):
        return str(value)
    return f"{value:.1%}"
