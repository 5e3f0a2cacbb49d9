"""What an extractor looks at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.history import Came


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A sentence, with what is needed to understand it."""

    text: str
    asked: bool = False
    """Whether it answers a question for just this slot."""
    results: Mapping[str, Came] = field(default_factory=dict)
    changes: tuple[int, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    """What was told for the same task before."""
