"""What the planner is in the middle of, and how a message carries that along.

The planner itself keeps nothing. Each of its messages notes the frames that were open
when it was written (`response_metadata["planner"]["dialogue"]`), so that replaying a
conversation needs no second decision about what was said in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

PLANNER: Final = "planner"
DIALOGUE: Final = "dialogue"
PROPOSED: Final = "proposed"
"""A frame's question while its card is open."""
CHANGE: Final = "change"
"""A frame's question after a card that was not carried out."""
_MOST_FRAMES: Final = 3
_MOST_REQUESTS: Final = 4
_VERSION: Final = 3
"""Raised when steps or slots change: an older note is then nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One thing in the making: a write that lacks a value, or the setup plan."""

    about: str
    """A tool's name, or `setup`."""
    slots: Mapping[str, str] = field(default_factory=dict)
    asks: str | None = None
    """Which slot the merchant was last asked for."""
    sentence: str = ""
    """What the merchant said to begin it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One of several things that a message asked for."""

    intent: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What one message of the planner leaves for the next."""

    frames: tuple[Frame, ...] = ()
    """The last one is being worked on."""
    doubt: str | None = None
    """The sentence that a "did you mean" was about."""
    offer: Frame | None = None
    """What a yes, said next, begins."""
    rest: tuple[Request, ...] = ()
    """What was asked for as well, and comes when nothing is open any more."""


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid")

    about: str
    slots: dict[str, str] = {}
    asks: str | None = None
    sentence: str = ""


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")

    intent: str
    sentence: str


class _Note(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Literal[3]
    frames: list[_Frame] = Field(default=[], max_length=_MOST_FRAMES)
    doubt: str | None = None
    offer: _Frame | None = None
    rest: list[_Request] = Field(default=[], max_length=_MOST_REQUESTS)


def with_frame(frames: tuple[Frame, ...], frame: Frame) -> tuple[Frame, ...]:
    """The frames with this one on top, in place of an older one of its kind."""
    others = tuple(each for each in frames if each.about != frame.about)
    return (*others, frame)[-_MOST_FRAMES:]


def written(note: Note) -> dict[str, object]:
    """The note as JSON values."""
    return {
        "version": _VERSION,
        "frames": [_written(each) for each in note.frames],
        "doubt": note.doubt,
        "offer": None if note.offer is None else _written(note.offer),
        "rest": [
            {"intent": each.intent, "sentence": each.sentence} for each in note.rest
        ],
    }


def _written(frame: Frame) -> dict[str, object]:
    return {
        "about": frame.about,
        "slots": dict(frame.slots),
        "asks": frame.asks,
        "sentence": frame.sentence,
    }


def read(noted: object) -> Note:
    """The note of a message; an empty one for a message that has none to read."""
    try:
        note = _Note.model_validate(noted)
    except ValidationError:
        return Note()
    return Note(
        frames=tuple(map(_read, note.frames)),
        doubt=note.doubt,
        offer=None if note.offer is None else _read(note.offer),
        rest=tuple(
            Request(intent=each.intent, sentence=each.sentence) for each in note.rest
        ),
    )


def _read(frame: _Frame) -> Frame:
    return Frame(
        about=frame.about,
        slots=frame.slots,
        asks=frame.asks,
        sentence=frame.sentence,
    )
