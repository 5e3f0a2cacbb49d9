"""What a task is made of: slots to be told, and looks that must come in between.

A task never fills a slot from anything but the merchant's words and the list of what
exists. Its arguments are those of the tool in `toolbox`, always complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.slots.heard import Heard
    from marketing_agent.agent.planner.slots.named import Named

LOOKING: Final = "looking"
"""A frame's question while a look is under way."""

Slots: TypeAlias = "Mapping[str, str]"
Results: TypeAlias = "Mapping[str, Came]"


def always(_: Slots) -> bool:
    """Ask for it, whatever was told."""
    return True


def never(_: Slots) -> bool:
    """Hear it when it is said, and never ask."""
    return False


def _nothing(_: Slots) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """A read that must have come before a question makes sense."""

    tool: str
    choices: Callable[[Results, Slots], Sequence[Named] | None] | None = None
    """What there is to choose from; None if that is not known yet."""
    arguments: Callable[[Slots], dict[str, Any]] = _nothing
    by_name: str | None = None
    """The field with a name that was said, if the read takes a part of a `name`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One thing to be told. Any of the fields `fills` means that it was."""

    name: str
    hear: Callable[[Heard], Mapping[str, str]]
    fills: tuple[str, ...]
    look_up: LookUp | None = None
    applies: Callable[[Slots], bool] = always
    """Whether it is asked for, with what was told so far."""
    clears: tuple[str, ...] = ()
    """What else has to be told anew with it."""
    is_text: bool = False
    """Whether the merchant's own words are the value, whatever they sound like."""
    anew: Callable[[Heard], Mapping[str, str]] | None = None
    """How another value is heard, once there is one; as the first if None."""
    dispensable: str | None = None
    """Noted where the merchant cannot tell it; None if nothing goes on without it."""

    def hear_anew(self, heard: Heard) -> Mapping[str, str]:
        """Another value for what was told."""
        return (self.anew or self.hear)(heard)

    def is_filled(self, slots: Slots) -> bool:
        """Whether the merchant has said it, or need not."""
        return any(field in slots for field in self.fills) or not self.applies(slots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A read between two slots: how the thing stands, or what would happen."""

    tool: str
    arguments: Callable[[Slots], dict[str, Any]]
    sees: Callable[[Results, Slots], Mapping[str, str] | None]
    """What it tells for the slots; None if it did not come yet."""
    instead: str
    """The slot to ask for again if there is nothing to see."""
    applies: Callable[[Slots], bool] = always
    is_told: bool = False
    """Whether what it shows is told before the card."""
    absent: str | None = None
    """The text if there is nothing to go on with; None if that may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A tool with what it needs, in the order of the questions."""

    tool: str
    steps: tuple[Slot | Look, ...]
    arguments: Callable[[Slots, Results], dict[str, Any]]
    changeable: tuple[str, ...] = ()
    """The slots that a merchant may want otherwise after a no."""
    seen_by: str = "query_linkage_status"
    """The read that shows how things stand."""
    facts: Callable[[Slots, Results], Mapping[str, str]] | None = None
    """What the words before the card name; None if the card says it all."""

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots in their order."""
        return tuple(step for step in self.steps if isinstance(step, Slot))

    @property
    def looks(self) -> tuple[Look, ...]:
        """The looks in their order."""
        return tuple(step for step in self.steps if isinstance(step, Look))

    def slot(self, name: str | None) -> Slot | None:
        """The slot of this name; while looking, the one to ask for instead."""
        if name == LOOKING:
            name = next((look.instead for look in self.looks), None)
        return next((each for each in self.slots if each.name == name), None)


def replaced(slots: Slots, told: Slots, slot: Slot) -> dict[str, str]:
    """The slots after `slot` was told anew; the same if nothing was."""
    return {**without(slots, slot), **told} if told else dict(slots)


def without(slots: Slots, slot: Slot) -> dict[str, str]:
    """The slots before `slot` was told."""
    gone = {*slot.fills, *slot.clears}
    return {field: value for field, value in slots.items() if field not in gone}
