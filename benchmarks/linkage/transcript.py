"""What one conversation left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.linkage.environment import Json


@dataclass(slots=True, kw_only=True)
class Transcript:
    """What was said and done, as the chat API told it."""

    lines: list[str] = field(default_factory=list)
    """For a person who reads why something failed."""
    replies: list[str] = field(default_factory=list)
    wire: list[str] = field(default_factory=list)
    """Everything that came over the API, as JSON."""
    proposed: list[str] = field(default_factory=list)
    approved: list[tuple[str, Json]] = field(default_factory=list)
    tool_calls: set[str] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    messages: int = 0
    answers: int = 0
    unsure: int = 0
    """How often the agent had to ask "did you mean", and a reading was picked."""
    errors: list[str] = field(default_factory=list)
