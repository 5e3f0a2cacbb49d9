"""Who a run acts for. It is handed to the loop on every run and never stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground
    from marketing_agent.toolbox.registry import Toolbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """The caller comes from a token; nothing that a model says can change it."""

    ground: Ground
    toolbox: Toolbox
    caller: Caller
    phone_region: str
    """Where the merchant's phone numbers without a country code belong."""
