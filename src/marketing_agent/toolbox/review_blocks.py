"""What waits for a decision, as typed results."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from marketing_agent.toolbox.registry import Block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.services.reviews import ReviewItem
    from marketing_agent.storage.shared_values import Shared


class CandidateLine(Block):
    """A profile that the friend may belong to, and the friend who has it now."""

    profile_id: str
    linked_to: str | None


class ReviewLine(Block):
    """A held pair. `version` goes into the decision."""

    line_user_id: str
    candidates: list[CandidateLine]
    """One profile, or several to choose from."""
    linked_profile_id: str | None
    """What the friend is linked to now."""
    code: str
    row: int
    reason: str
    next_step: str
    method: str
    since: datetime
    version: str


class SharedLine(Block):
    """A value that many LINE users named: a shared address, or a broken link."""

    what: str
    line_users: int
    profile_id: str | None
    method: str
    setting: str | None
    last: datetime
    reason: str
    next_step: str


def review_lines(items: Sequence[ReviewItem]) -> list[ReviewLine]:
    """Held pairs as lines."""
    return [_line(each) for each in items]


def _line(item: ReviewItem) -> ReviewLine:
    held = item.held
    return ReviewLine(
        line_user_id=held.line_user,
        candidates=[
            CandidateLine(profile_id=each.profile, linked_to=each.linked_to)
            for each in item.candidates
        ],
        linked_profile_id=None if item.linked is None else item.linked.profile,
        code=held.code,
        row=held.row,
        reason=item.reason,
        next_step=item.next_step,
        method=held.method,
        since=held.since,
        version=item.version,
    )


def shared_lines(shared: Sequence[Shared]) -> list[SharedLine]:
    """Shared values as lines; the value itself is not told."""
    return [
        SharedLine(
            what=each.what,
            line_users=each.line_users,
            profile_id=each.profile,
            method=each.method,
            setting=each.setting,
            last=each.last,
            reason=f"{each.line_users} LINE users named one and the same {each.what}.",
            next_step="Check the merge variable in the email; if several people share "
            "the value, give each a profile of their own in Klaviyo.",
        )
        for each in shared
    ]


def said_review(line: ReviewLine | SharedLine) -> str:
    """One line for a model."""
    if isinstance(line, SharedLine):
        return f"- {line.reason} {line.next_step}"
    profiles = " or ".join(
        f"{each.profile_id} (of {each.linked_to or 'nobody'})"
        for each in line.candidates
    )
    linked = line.linked_profile_id or "nothing"
    friend = f"{line.line_user_id} (linked to {linked})"
    pair = f"Friend {friend} and profile {profiles}"
    return f"- {pair}, version {line.version}: {line.reason}"
