"""Labels: what is only shown beside an outcome or a link, and decides nothing.

They depend on the moment they are read at and on what was seen on the platforms, so
`resolve`, which knows neither, cannot give them. The other labels (waiting for a
confirmation, suspended, replaced, kept) are outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from marketing_agent.core.outcomes import Outcome
from marketing_agent.core.reasons import NEXT_STEPS, REASONS

if TYPE_CHECKING:
    from datetime import datetime

    from marketing_agent.core.links import Link


class LabelCode(StrEnum):
    """What is to be said; each has one row of the decision table."""

    PAUSED = "paused"
    EXPIRED = "expired"
    WAITING_LOOKUP = "waiting_lookup"
    UNSUBSCRIBED = "unsubscribed"
    FRIEND_LEFT = "friend_left"
    CONTACT_CHANGED = "contact_changed"
    PROPERTY_DIFFERS = "property_differs"
    SYNC_PENDING = "sync_pending"

    @property
    def row(self) -> int:
        """The row of the decision table."""
        return _ROWS[self]


_ROWS = {
    LabelCode.PAUSED: 3,
    LabelCode.EXPIRED: 5,
    LabelCode.WAITING_LOOKUP: 11,
    LabelCode.UNSUBSCRIBED: 25,
    LabelCode.FRIEND_LEFT: 41,
    LabelCode.CONTACT_CHANGED: 45,
    LabelCode.PROPERTY_DIFFERS: 46,
    LabelCode.SYNC_PENDING: 47,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What was seen around a claim or a link; times are aware UTC."""

    now: datetime
    expires: datetime | None = None
    """The claim's own; claims of imports and auto-link have none."""
    paused: bool = False
    """Klaviyo is disconnected, or its credentials or scopes no longer do."""
    unanswered: bool = False
    """Klaviyo did not answer the last lookup of this claim."""
    is_friend: bool = True
    unsubscribed: bool = False
    contact_changed: bool = False
    """The profile no longer carries a signal that it was found by."""
    property_differs: bool = False
    """The profile's LINE User ID property holds another value than the link."""
    sync_pending: bool = False
    """Something about the link is not yet written to Klaviyo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One thing to show, with its sentence for the merchant."""

    code: LabelCode

    @property
    def row(self) -> int:
        """The row of the decision table."""
        return self.code.row

    @property
    def reason(self) -> str:
        """One sentence for the merchant."""
        return REASONS[self.row, ""]

    @property
    def next_step(self) -> str:
        """What the merchant can do about it; empty when there is nothing to do."""
        return NEXT_STEPS.get((self.row, ""), "")


def labels(about: Outcome | Link, seen: Circumstances) -> tuple[Label, ...]:
    """Name what applies, by row; a claim that is held or ended has no label."""
    if isinstance(about, Outcome) and about.code.is_open:
        codes = _while_open(about, seen)
    elif isinstance(about, Outcome) and not about.code.is_alive:
        codes = []
    else:
        codes = _while_linked(seen)
    return tuple(Label(code=code) for code in codes)


def _while_open(claim: Outcome, seen: Circumstances) -> list[LabelCode]:
    if seen.expires is not None and seen.now > seen.expires:
        return [LabelCode.EXPIRED]
    applies = {
        LabelCode.PAUSED: seen.paused,
        LabelCode.WAITING_LOOKUP: seen.unanswered and claim.code.needs_lookup,
    }
    return [code for code, holds in applies.items() if holds]


def _while_linked(seen: Circumstances) -> list[LabelCode]:
    """A property that waits to be written differs, which is not worth saying."""
    applies = {
        LabelCode.PAUSED: seen.paused and seen.sync_pending,
        LabelCode.UNSUBSCRIBED: seen.unsubscribed,
        LabelCode.FRIEND_LEFT: not seen.is_friend,
        LabelCode.CONTACT_CHANGED: seen.contact_changed,
        LabelCode.PROPERTY_DIFFERS: seen.property_differs and not seen.sync_pending,
        LabelCode.SYNC_PENDING: seen.sync_pending,
    }
    return [code for code, holds in applies.items() if holds]
