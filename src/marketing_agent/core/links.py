"""Links, and the changes of links, as `resolve` derives them from facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from marketing_agent.core.facts import Evidence, FactKey, Method
    from marketing_agent.core.signals import LineUserId, ProfileId, SignalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """This LINE user and this Klaviyo profile are the same person.

    `made_by` is the claim or pin that made it and stays its identity for life, also
    when the link follows a profile that Klaviyo merged.
    """

    made_by: FactKey
    line_user: LineUserId
    profile: ProfileId
    method: Method
    evidence: Evidence
    """The strongest evidence seen for this pair so far."""
    matched_by: frozenset[SignalKind]
    since: datetime
    """The database's time of the fact that completed it."""
    suspended: bool = False
    """The profile is gone from Klaviyo; a person has to look."""


class ChangeKind(StrEnum):
    """What became of a link."""

    LINKED = "linked"
    UNLINKED = "unlinked"
    REPLACED = "replaced"
    ERASED = "erased"
    FOLLOWED = "followed"
    SUSPENDED = "suspended"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChange:
    """One entry of the audit trail: what happened to a link, and because of what.

    `(cause, kind, link.made_by)` is unique; adding a later fact only ever appends.
    """

    kind: ChangeKind
    link: Link
    cause: FactKey
    stored: datetime
