"""Tools about who is linked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from marketing_agent.core.errors import BadInput
from marketing_agent.core.signals import LineUserId, Readable, read_line_user_id
from marketing_agent.services import unlinking
from marketing_agent.services.status import (
    Attempts,
    FriendStatus,
    LinkageStatus,
    friend_status,
    linkage_status,
)
from marketing_agent.toolbox.registry import (
    Arguments,
    Block,
    ReadTool,
    ToolResult,
    WriteTool,
)

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground


class NotALineUserId(BadInput):
    """A LINE User ID is a U and 32 hexadecimal digits. It is on the friend's page."""


class QueryLinkageStatus(Arguments):
    """Everyone, or one friend."""

    line_user_id: str | None = Field(
        default=None, description="One friend; leave out for the counts."
    )


class UnlinkFriend(Arguments):
    """The friend to unlink."""

    line_user_id: str


class LinkageReport(Block):
    """Counts for the whole merchant; `attempts` sum up to all attempts."""

    friends: int
    linked: int
    attempts: list[Attempts]
    waiting_for_klaviyo: int


class AttemptLine(Block):
    """One attempt of a friend, and why it ended as it did."""

    method: str
    code: str
    row: int
    reason: str
    next_step: str
    claimed_at: datetime


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
    linked_since: datetime | None
    last_synced: datetime | None
    sync_pending: bool
    attempts: list[AttemptLine]
    trail: list[TrailLine]


class Unlinked(Block):
    """The link that was ended."""

    line_user_id: str
    profile_id: str


async def _query(
    ground: Ground, caller: Caller, taken: QueryLinkageStatus
) -> ToolResult:
    if taken.line_user_id is None:
        return _told(await linkage_status(ground, caller.merchant_id))
    friend = _line_user(taken.line_user_id)
    return _told_friend(await friend_status(ground, caller.merchant_id, friend))


def _told(status: LinkageStatus) -> ToolResult:
    covered = status.coverage
    lines = [f"{covered.linked} of {covered.friends} friends are linked."]
    lines += [
        f"- {each.count} x {each.code}: {each.reason}" for each in status.attempts
    ]
    block = LinkageReport(
        friends=covered.friends,
        linked=covered.linked,
        attempts=list(status.attempts),
        waiting_for_klaviyo=status.waiting_for_klaviyo,
    )
    return ToolResult(text="\n".join(lines), block=block)


def _told_friend(status: FriendStatus) -> ToolResult:
    link = status.link
    attempts = [
        AttemptLine(
            method=each.method,
            code=each.outcome.code,
            row=each.outcome.row,
            reason=each.outcome.reason,
            next_step=each.outcome.next_step,
            claimed_at=each.claimed_at,
        )
        for each in status.attempts
    ]
    info = KlaviyoSyncInfo(
        line_user_id=status.line_user,
        following=status.following,
        linked=link is not None,
        profile_id=link.profile if link else None,
        view_in_klaviyo=status.view_in_klaviyo,
        method=link.method.value if link else None,
        matched_by=sorted(link.matched_by) if link else [],
        linked_since=link.since if link else None,
        last_synced=status.last_synced,
        sync_pending=status.sync_pending,
        attempts=attempts,
        trail=[
            TrailLine(what=what, profile_id=profile, at=at)
            for what, profile, at in status.trail
        ],
    )
    return ToolResult(text=_friend_line(info), block=info)


def _friend_line(info: KlaviyoSyncInfo) -> str:
    if info.linked:
        by = " and ".join(info.matched_by) or "the merchant"
        return f"Linked to profile {info.profile_id} by {info.method} ({by})."
    if not info.attempts:
        return "Not linked: nothing has tried to link this friend yet."
    last = info.attempts[0]
    return f"Not linked: {last.reason} {last.next_step}".strip()


def _unlink(ground: Ground, taken: UnlinkFriend) -> Write:
    return unlinking.unlink(ground, _line_user(taken.line_user_id))


async def _tell_unlinked(_ground: Ground, _caller: Caller, result: Json) -> ToolResult:
    block = Unlinked(
        line_user_id=result["line_user_id"], profile_id=result["profile_id"]
    )
    text = (
        f"Unlinked from profile {block.profile_id}. The LINE User ID is removed "
        "from the profile; the event recorded in Klaviyo stays."
    )
    return ToolResult(text=text, block=block)


def _line_user(text: str) -> LineUserId:
    match read_line_user_id(text):
        case Readable(value=line_user):
            return line_user
        case _:
            raise NotALineUserId


TOOLS = (
    ReadTool(name="query_linkage_status", takes=QueryLinkageStatus, run=_query),
    WriteTool(
        name="unlink_friend", takes=UnlinkFriend, write=_unlink, tell=_tell_unlinked
    ),
)
