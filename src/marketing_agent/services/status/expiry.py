"""Nothing is written when an open attempt's life ends; it only shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.core.outcomes import OutcomeCode

if TYPE_CHECKING:
    from datetime import datetime

    from marketing_agent.storage.outcomes import StoredOutcome

EXPIRED_ROW: Final = 5


def as_of(stored: StoredOutcome, now: datetime) -> StoredOutcome:
    """The outcome as it is at this moment."""
    outcome = stored.outcome
    if stored.expires is None or stored.expires >= now or not outcome.code.is_open:
        return stored
    expired = replace(outcome, code=OutcomeCode.EXPIRED, row=EXPIRED_ROW, detail="")
    return replace(stored, outcome=expired)
