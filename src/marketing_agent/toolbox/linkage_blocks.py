"""Who is linked, as typed results: the counts, and one friend's Klaviyo Sync Info."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import Field

from marketing_agent.core.facts import Method
from marketing_agent.core.masked_text import masked_text
from marketing_agent.services.status import Attempts, FriendStatus, LinkageStatus
from marketing_agent.toolbox.registry import Block
from marketing_agent.toolbox.review_blocks import ReviewLine, SharedLine

if TYPE_CHECKING:
    from marketing_agent.storage.outcomes import StoredOutcome

_LONGEST_NAME: Final = 60


class FunnelStep(Block):
    """One setting of a method: opened, logged in, now a friend, linked.

    None where a method has no such step.
    """

    method: Method
    name: str | None
    opened: int | None
    logged_in: int | None
    friends: int
    linked: int


class MethodHint(Block):
    """A method that is not set up yet, and what speaks for it."""

    method: Method
    why: str


class LinkageReport(Block):
    """Counts for the whole merchant; `attempts` sum up to all attempts."""

    friends: int
    linked: int
    by_method: dict[Method, int] = Field(default_factory=dict)
    """Of the linked friends."""
    attempts: list[Attempts]
    funnel: list[FunnelStep] = Field(default_factory=list)
    hints: list[MethodHint] = Field(default_factory=list)
    reviews_waiting: int = 0
    reviews: list[ReviewLine] = Field(default_factory=list)
    """The latest of them."""
    shared_values: list[SharedLine] = Field(default_factory=list)
    waiting_for_klaviyo: int


class AttemptLine(Block):
    """One attempt of a friend, and why it ended as it did."""

    method: str
    code: str
    row: int
    reason: str
    next_step: str
    claimed_at: datetime


class LabelLine(Block):
    """Something to know about a link or an attempt."""

    code: str
    reason: str
    next_step: str


class TrailLine(Block):
    """One entry of a friend's history."""

    what: str
    profile_id: str
    at: datetime


class KlaviyoSyncInfo(Block):
    """One friend's linkage, as on the friend's detail screen."""

    line_user_id: str
    following: bool | None
    linked: bool
    profile_id: str | None
    view_in_klaviyo: str | None
    method: str | None
    matched_by: list[str]
    evidence: str | None = None
    linked_since: datetime | None
    suspended: bool = False
    last_synced: datetime | None
    sync_pending: bool
    labels: list[LabelLine] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    why_not: AttemptLine | None = None
    """Of an unlinked friend: what is missing."""
    attempts: list[AttemptLine]
    trail: list[TrailLine]


class Unlinked(Block):
    """The link that was ended."""

    line_user_id: str
    profile_id: str


def report_of(status: LinkageStatus) -> LinkageReport:
    """The counts as a block, without the reviews themselves."""
    covered = status.coverage
    funnel = [
        FunnelStep(
            method=each.method,
            name=None if each.name is None else shown_name(each.name),
            opened=each.opened,
            logged_in=each.logged_in,
            friends=each.friends,
            linked=each.linked,
        )
        for each in status.funnel
    ]
    return LinkageReport(
        friends=covered.friends,
        linked=covered.linked,
        by_method=dict(covered.by_method),
        attempts=list(status.attempts),
        funnel=funnel,
        hints=[MethodHint(method=each.method, why=each.why) for each in status.hints],
        reviews_waiting=status.reviews,
        waiting_for_klaviyo=status.waiting_for_klaviyo,
    )


def sync_info(status: FriendStatus) -> KlaviyoSyncInfo:
    """One friend as a block."""
    friend, link = status.friend, status.link
    return KlaviyoSyncInfo(
        line_user_id=friend.line_user,
        following=friend.following,
        linked=status.linked,
        profile_id=link.profile if link else None,
        view_in_klaviyo=status.view_in_klaviyo,
        method=link.method.value if link else None,
        matched_by=sorted(link.matched_by) if link else [],
        evidence=status.evidence,
        linked_since=link.since if link else None,
        suspended=link is not None and link.suspended,
        last_synced=status.last_synced,
        sync_pending=status.sync_pending,
        labels=[
            LabelLine(code=each.code, reason=each.reason, next_step=each.next_step)
            for each in status.labels
        ],
        tags=[shown_name(tag.name) for tag in status.tags],
        why_not=None if status.why_not is None else _attempt(status.why_not),
        attempts=[_attempt(each) for each in status.attempts],
        trail=[
            TrailLine(what=what, profile_id=profile, at=at)
            for what, profile, at in status.trail
        ],
    )


def _attempt(stored: StoredOutcome) -> AttemptLine:
    outcome = stored.outcome
    return AttemptLine(
        method=stored.method,
        code=outcome.code,
        row=outcome.row,
        reason=outcome.reason,
        next_step=outcome.next_step,
        claimed_at=stored.claimed_at,
    )


def shown_name(name: str) -> str:
    """A name that somebody gave: short, and without anybody's email or phone."""
    return masked_text(name)[:_LONGEST_NAME]
