"""The setup plan: named steps in a fixed order, each done once.

Which step is next depends only on what was noted so far; nothing is classified.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SETUP: Final = "setup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: a tool to call, a question to ask, or words to say."""

    name: str
    calls: str | None = None
    asks: bool = False


PLAN: Final = (
    Step(name="check_setup", calls="check_setup"),
    Step(name="count_customers", calls="query_linkage_status"),
    Step(name="email", asks=True),
    Step(name="form", asks=True),
    Step(name="ids", asks=True),
    Step(name="recommend"),
    Step(name="create", calls="create_qr_link"),
    Step(name="verify", calls="show_qr_links"),
    Step(name="hand_over"),
)

CHANNELS: Final = tuple(step.name for step in PLAN if step.asks)
"""The ways to reach customers that are asked about: at most three questions."""


def next_step(noted: Mapping[str, str]) -> Step | None:
    """The first step that nothing is noted for; None when the plan is through."""
    return next((step for step in PLAN if step.name not in noted), None)
