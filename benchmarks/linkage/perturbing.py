"""Trial 0 says a task word by word; later ones say it otherwise, by a seed."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from benchmarks.linkage.task import Task

_SEED: Final = "linkage-bench 1"
_KEPT: Final = re.compile(
    r"""["“「『][^"”」』]*["”」』]|\{\{.*?\}\}|<[^>]*>|https?://\S+|\S*\d\S*"""
)
"""Quotes, merge variables, references, addresses, ids: what people copy."""
_WORD: Final = re.compile(r"[a-z]{5,}")
_FOREIGN: Final = re.compile(r"[぀-ヿ一-鿿ก-๎]")
Fault: TypeAlias = Literal["", "status", "throttle", "close"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A message as it is said in this trial."""

    text: str
    before: str | None
    chat: str
    leaves: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """How one trial goes."""

    spoken: tuple[Spoken, ...]
    fault: Fault = ""
    """One fault that Klaviyo has at its next call."""


def variation(task: Task, trial: int) -> Variation:
    """The same for the same task and number, on every machine."""
    if trial == 0:
        return Variation(spoken=tuple(_spoken(task, None)))
    dice = random.Random(f"{_SEED} {task.id} {trial}")  # noqa: S311 - no secret
    spoken = _spoken(task, dice)
    if task.any_order:
        dice.shuffle(spoken)
    if dice.random() < 0.5:  # noqa: PLR2004
        place = dice.randrange(len(spoken))
        spoken[place] = replace(spoken[place], text=mistyped(spoken[place].text, dice))
    faults: tuple[Fault, ...] = ("", "", "status", "throttle", "close")
    return Variation(spoken=tuple(spoken), fault=dice.choice(faults))


def mistyped(text: str, dice: random.Random) -> str:
    """One slip: two letters change places, or a character comes twice."""
    kept = [match.span() for match in _KEPT.finditer(text)]

    def free(place: int) -> bool:
        return not any(start <= place < end for start, end in kept)

    words = [m for m in _WORD.finditer(text) if free(m.start()) and free(m.end() - 1)]
    if words:
        word = dice.choice(words)
        at = dice.randrange(word.start() + 1, word.end() - 1)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    places = [m.start() for m in _FOREIGN.finditer(text) if free(m.start())]
    if not places:
        return text
    at = dice.choice(places)
    return text[: at + 1] + text[at:]


def _spoken(task: Task, dice: random.Random | None) -> list[Spoken]:
    return [
        Spoken(
            text=each.say[0] if dice is None else dice.choice(each.say),
            before=each.before,
            chat=each.chat,
            leaves=each.leaves,
        )
        for each in task.says
    ]
