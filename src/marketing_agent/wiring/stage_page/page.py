"""What the stage's page works with: the sandbox, the program, and who owns it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.wiring.installation import Installation
    from marketing_agent.wiring.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePage:
    """One demo's page."""

    stage: Stage
    program: Installation
    owner: Caller
    """Who is signed in to the dashboard on it."""
    opened: set[str] = field(default_factory=set)
    """The ids of the emails that somebody opened here."""

    @property
    def program_url(self) -> str:
        """Where the dashboard and the customer's pages are."""
        return self.program.ground.public_url
