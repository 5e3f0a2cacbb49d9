"""What happens while the agent answers, as typed things in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from marketing_agent.wiring.foreign_text import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPiece:
    """The next few words of a message."""

    message_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEnded:
    """The message is complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolStarted:
    """The agent calls a tool; a write waits for its card to be answered."""

    call_id: str
    tool: str
    arguments: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolAnswered:
    """What became of a call."""

    call_id: str
    tool: str
    """Empty where the stream has never named it."""
    status: str
    text: str
    """The tool's words, or what to do about it."""
    data: Json
    change_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A write that waits for a yes or no."""

    id: str
    tool: str
    title: str
    arguments: Json
    labels: Json = field(default_factory=dict)
    """What the arguments are called; those without a word by their own name."""
    values: Json = field(default_factory=dict)
    """What their values are called; the others are shown as they are."""
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOpened:
    """The run ended at this card, and maybe at more of them."""

    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickReplies:
    """What could be answered."""

    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTold:
    """The set-up plan as it stands: each step's state and title."""

    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a long piece of work is."""

    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The run ended with an error that a person can read."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The run ended: `success`, `interrupt` (cards are open) or `cancelled`."""

    outcome: str


Happening: TypeAlias = (
    TextPiece
    | TextEnded
    | ToolStarted
    | ToolAnswered
    | CardOpened
    | QuickReplies
    | PlanTold
    | Progress
    | Failed
    | Done
)
