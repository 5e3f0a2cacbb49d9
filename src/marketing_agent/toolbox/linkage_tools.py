"""Tools about who is linked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import Field

from marketing_agent.core.errors import BadInput
from marketing_agent.core.facts import Method
from marketing_agent.core.signals import LineUserId, Readable, read_line_user_id
from marketing_agent.services import reviews, unlinking
from marketing_agent.services.status import friend_status, linkage_status
from marketing_agent.toolbox.linkage_blocks import (
    AttemptLine,
    FunnelStep,
    KlaviyoSyncInfo,
    LinkageReport,
    Unlinked,
    report_of,
    sync_info,
)
from marketing_agent.toolbox.registry import (
    Arguments,
    ReadTool,
    ToolResult,
    WriteTool,
)
from marketing_agent.toolbox.review_blocks import (
    review_lines,
    said_review,
    shared_lines,
)

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground
    from marketing_agent.services.status import Attempts, FriendStatus

__all__ = [
    "TOOLS",
    "AttemptLine",
    "KlaviyoSyncInfo",
    "LinkageReport",
    "NotALineUserId",
    "Unlinked",
    "as_line_user",
]

_MOST_REASONS: Final = 8
_MOST_SETTINGS: Final = 10
_MOST_REVIEWS: Final = 5


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


async def _query(
    ground: Ground, caller: Caller, taken: QueryLinkageStatus
) -> ToolResult:
    merchant_id = caller.merchant_id
    if taken.line_user_id is not None:
        friend = as_line_user(taken.line_user_id)
        return _told_friend(await friend_status(ground, merchant_id, friend))
    status = await linkage_status(ground, merchant_id)
    waiting = await reviews.waiting(ground, merchant_id, limit=_MOST_REVIEWS)
    block = report_of(status)
    if status.reviews:
        block = block.model_copy(
            update={
                "reviews": review_lines(waiting.items),
                "shared_values": shared_lines(waiting.shared),
            }
        )
    return ToolResult(text=_said(block), block=block)


def _said(report: LinkageReport) -> str:
    by_method = ", ".join(f"{m}: {n}" for m, n in report.by_method.items())
    ways = f" ({by_method})" if by_method else ""
    lines = [f"{report.linked} of {report.friends} friends are linked{ways}."]
    lines += [_said_attempts(each) for each in report.attempts[:_MOST_REASONS]]
    more = sum(each.count for each in report.attempts[_MOST_REASONS:])
    lines += [f"- {more} attempts ended otherwise."] if more else []
    lines += [_said_step(each) for each in report.funnel[:_MOST_SETTINGS]]
    lines += [f"Not set up: {each.method}. {each.why}" for each in report.hints]
    if report.reviews_waiting:
        lines.append(f"{report.reviews_waiting} wait for a decision:")
    lines += [said_review(each) for each in report.reviews]
    lines += [said_review(each) for each in report.shared_values]
    return "\n".join(lines)


def _said_attempts(attempts: Attempts) -> str:
    ended = f"- {attempts.count} x {attempts.code} ({attempts.method})"
    return f"{ended}: {attempts.reason} {attempts.next_step}".rstrip()


def _said_step(step: FunnelStep) -> str:
    named = f'{step.method} "{step.name}"' if step.name else step.method
    ways = {"opened": step.opened, "logged in": step.logged_in}
    told = [f"{count} {way}" for way, count in ways.items() if count is not None]
    told += [f"{step.friends} friends", f"{step.linked} linked"]
    return f"- {named}: {', '.join(told)}"


def _told_friend(status: FriendStatus) -> ToolResult:
    info = sync_info(status)
    labels = [f"{each.reason} {each.next_step}".strip() for each in info.labels]
    return ToolResult(text=" ".join([_friend_line(info), *labels]), block=info)


def _friend_line(info: KlaviyoSyncInfo) -> str:
    if info.suspended:
        return f"The link to profile {info.profile_id} is suspended: it is gone."
    if info.linked:
        hand = "the merchant" if info.method == Method.PIN else "LINE User ID"
        by = " and ".join(info.matched_by) or hand
        return f"Linked to profile {info.profile_id} by {info.method} ({by})."
    if info.why_not is None:
        return "Not linked: nothing has tried to link this friend yet."
    return f"Not linked: {info.why_not.reason} {info.why_not.next_step}".strip()


def _unlink(ground: Ground, taken: UnlinkFriend) -> Write:
    return unlinking.unlink(ground, as_line_user(taken.line_user_id))


async def _tell_unlinked(_ground: Ground, _caller: Caller, result: Json) -> ToolResult:
    block = Unlinked(
        line_user_id=result["line_user_id"], profile_id=result["profile_id"]
    )
    text = (
        f"Unlinked from profile {block.profile_id}. The LINE User ID is removed "
        "from the profile; the event recorded in Klaviyo stays."
    )
    return ToolResult(text=text, block=block)


def as_line_user(text: str) -> LineUserId:
    """The LINE User ID that was typed. Raises NotALineUserId."""
    match read_line_user_id(text):
        case Readable(value=line_user):
            return line_user
        case _:
            raise NotALineUserId


TOOLS = (
    ReadTool(
        name="query_linkage_status",
        takes=QueryLinkageStatus,
        gives=LinkageReport | KlaviyoSyncInfo,
        run=_query,
    ),
    WriteTool(
        name="unlink_friend",
        takes=UnlinkFriend,
        gives=Unlinked,
        write=_unlink,
        tell=_tell_unlinked,
    ),
)
