"""Who is linked: the counts, one friend, and the end of a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.language import ENGLISH
from marketing_agent.agent.planner.telling.told import Told
from marketing_agent.toolbox.linkage_tools import (
    KlaviyoSyncInfo,
    LinkageReport,
    Unlinked,
)

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn
    from marketing_agent.services.status import Attempts
    from marketing_agent.toolbox.linkage_tools import AttemptLine

_MOST_LINES: Final = 6
_MANY_UNLINKED: Final = 2


def counted(turn: Turn, came: Came) -> Told:
    """The counts, or one friend's Klaviyo Sync Info."""
    if came.arguments.get("line_user_id"):
        return _friend(turn, KlaviyoSyncInfo.model_validate(came.data))
    report = report_of(came)
    lines = [summary(turn, report)]
    lines += [_attempt(turn, each) for each in report.attempts[:_MOST_LINES]]
    if report.waiting_for_klaviyo:
        waiting = report.waiting_for_klaviyo
        lines.append(turn.say("linkage.waiting", count=waiting))
    if report.friends > _MANY_UNLINKED * report.linked:
        lines.append(turn.say("linkage.many_unlinked"))
    return Told(text="\n".join(lines), quick=turn.quick("create_qr_link", "setup"))


def report_of(came: Came) -> LinkageReport:
    """The counts of a result. Raises Pydantic's ValidationError."""
    return LinkageReport.model_validate(came.data)


def summary(turn: Turn, report: LinkageReport) -> str:
    """How many friends are linked, in one sentence."""
    if not report.friends:
        return turn.say("linkage.nobody")
    return turn.say("linkage.counts", linked=report.linked, friends=report.friends)


def unlinked(turn: Turn, came: Came) -> Told:
    """The link that was ended, and what stays."""
    block = Unlinked.model_validate(came.data)
    text = turn.say(
        "linkage.unlinked", friend=block.line_user_id, profile=block.profile_id
    )
    return Told(text=text, quick=turn.quick("undo_change", "query_linkage_status"))


def _friend(turn: Turn, info: KlaviyoSyncInfo) -> Told:
    if info.linked:
        text = turn.say(
            "linkage.friend_linked",
            profile=info.profile_id or "",
            method=_method(turn, info.method or ""),
            page=info.view_in_klaviyo or "",
        )
    elif not info.attempts:
        text = turn.say("linkage.friend_untried")
    else:
        text = turn.say("linkage.friend_not", why=_why(turn, info.attempts[0]))
    return Told(text=text, quick=turn.quick("query_linkage_status"))


def _attempt(turn: Turn, attempts: Attempts) -> str:
    return turn.say(
        "linkage.attempts",
        count=attempts.count,
        method=_method(turn, attempts.method.value),
        why=_why(turn, attempts),
    )


def _why(turn: Turn, of: Attempts | AttemptLine) -> str:
    """The reason and the next step; in another language only the outcome."""
    key = f"outcomes.{of.code}"
    if turn.wording.language == ENGLISH or not turn.wording.has(key):
        return f"{of.reason} {of.next_step}".strip()
    return turn.say(key)


def _method(turn: Turn, method: str) -> str:
    key = f"methods.{method}"
    return turn.say(key) if turn.wording.has(key) else method
