"""The one outcome of every claim, with its reason in the merchant's words.

Row numbers are those of the decision table (docs/reference/decision-table.md).
The sentences here are English and the source text of their translations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from marketing_agent.core.reasons import next_step, reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from marketing_agent.core.facts import FactKey
    from marketing_agent.core.signals import LineUserId, ProfileId


class OutcomeCode(StrEnum):
    """Where a claim stands. The first group is open: it may still become a link."""

    WAITING_LOOKUP = "waiting_lookup"
    WAITING_PROFILE = "waiting_profile"
    WAITING_CONFIRMATION = "waiting_confirmation"
    WAITING_FRIEND = "waiting_friend"
    AMBIGUOUS = "ambiguous_held"
    MISMATCH = "mismatch_refused"

    LINKED = "linked"
    ALREADY_LINKED = "already_linked"
    SUSPENDED = "suspended"

    INVALID_SIGNAL = "invalid_signal"
    BLOCKED_VALUE = "blocked_value"
    SETTING_REMOVED = "setting_removed"
    CONFLICT = "conflict_held"
    KEPT = "kept"
    SUPPRESSED = "suppressed_unlink"
    EXPIRED = "expired"
    DECLINED = "declined"
    VALUE_CHANGED = "value_changed"
    DECIDED_OTHERWISE = "decided_otherwise"
    PROFILE_GONE = "profile_gone"
    UNLINKED = "unlinked"
    REPLACED = "replaced"
    ERASED = "erased"

    @property
    def is_open(self) -> bool:
        """Whether a later fact may still turn the claim into a link."""
        return self in _OPEN

    @property
    def is_linked(self) -> bool:
        """Whether the claim stands behind a link that works."""
        return self in _LINKED

    @property
    def is_alive(self) -> bool:
        """Whether the claim stands behind a link, working or suspended."""
        return self in _LINKED or self is OutcomeCode.SUSPENDED

    @property
    def needs_lookup(self) -> bool:
        """Whether Klaviyo has yet to name a profile."""
        return self in _NEEDS_LOOKUP


_OPEN = frozenset(
    {
        OutcomeCode.WAITING_LOOKUP,
        OutcomeCode.WAITING_PROFILE,
        OutcomeCode.WAITING_CONFIRMATION,
        OutcomeCode.WAITING_FRIEND,
        OutcomeCode.AMBIGUOUS,
        OutcomeCode.MISMATCH,
    }
)
_NEEDS_LOOKUP = _OPEN - {
    OutcomeCode.WAITING_CONFIRMATION,
    OutcomeCode.WAITING_FRIEND,
}
_LINKED = frozenset({OutcomeCode.LINKED, OutcomeCode.ALREADY_LINKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Where one claim stands, and the row of the table that says why."""

    claim: FactKey
    line_user: LineUserId
    code: OutcomeCode
    row: int
    profile: ProfileId | None = None
    detail: str = ""
    """A stable code that picks the sentence where a row has several."""
    since: datetime
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """One sentence for the merchant."""
        return reason(self.row, self.detail, self.numbers)

    @property
    def next_step(self) -> str:
        """What the merchant can do about it; empty when there is nothing to do."""
        return next_step(self.row, self.detail)


class Refusal(StrEnum):
    """Why a merchant's decision changed nothing."""

    NOT_A_FRIEND = "not_a_friend"
    LINE_USER_TAKEN = "line_user_taken"
    PROFILE_TAKEN = "profile_taken"
    PROFILE_GONE = "profile_gone"
    NOT_LINKED = "not_linked"
    UNLINKED_BEFORE = "unlinked_before"
