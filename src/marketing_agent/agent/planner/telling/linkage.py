"""Who is linked: the counts, one friend, and the end of a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.telling import reviews
from marketing_agent.agent.planner.telling.told import Told, block_of
from marketing_agent.agent.planner.texts import capped
from marketing_agent.core.facts import Method
from marketing_agent.toolbox.erasure_tools import ErasedFriend
from marketing_agent.toolbox.linkage_blocks import (
    KlaviyoSyncInfo,
    LinkageReport,
    Unlinked,
)

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn
    from marketing_agent.services.status import Attempts
    from marketing_agent.toolbox.linkage_blocks import (
        AttemptLine,
        FunnelStep,
        LabelLine,
        MethodHint,
    )

_MOST_LINES: Final = 6
_MOST_SETTINGS: Final = 5
_SET_UP_BY: Final = {
    Method.QR_LINK: "create_qr_link",
    Method.FORM_LINKAGE: "configure_form_linkage",
    Method.IMPORT: "start_import",
    Method.AUTO_LINK: "auto_link_on",
}


def counted(turn: Turn, came: Came) -> Told:
    """The counts, or one friend's Klaviyo Sync Info."""
    if came.arguments.get("line_user_id"):
        return _friend(turn, block_of(KlaviyoSyncInfo, came))
    report = report_of(came)
    lines = [summary(turn, report), *_by_method(turn, report)]
    lines += [_attempt(turn, each) for each in report.attempts[:_MOST_LINES]]
    lines += [_funnel(turn, each) for each in report.funnel[:_MOST_SETTINGS]]
    if report.waiting_for_klaviyo:
        waiting = report.waiting_for_klaviyo
        lines.append(turn.say("linkage.waiting", count=waiting))
    lines += reviews.waiting(turn, report)
    lines += _hints(turn, report.hints)
    suggested = [_SET_UP_BY[e.method] for e in report.hints if e.method in _SET_UP_BY]
    decides = ["resolve_conflict"] if report.reviews_waiting else []
    quick = turn.quick(*decides, *suggested, "diagnose_linkage", "create_segment")
    return Told(text="\n".join(lines), quick=quick)


def report_of(came: Came) -> LinkageReport:
    """The counts of a result. Raises Pydantic's ValidationError."""
    return block_of(LinkageReport, came)


def summary(turn: Turn, report: LinkageReport) -> str:
    """How many friends are linked, in one sentence."""
    if not report.friends:
        return turn.say("linkage.nobody")
    return turn.say("linkage.counts", linked=report.linked, friends=report.friends)


def unlinked(turn: Turn, came: Came) -> Told:
    """The link that was ended, and what stays."""
    block = block_of(Unlinked, came)
    text = turn.say(
        "linkage.unlinked", friend=block.line_user_id, profile=block.profile_id
    )
    return Told(text=text, quick=turn.quick("undo_change", "query_linkage_status"))


def erased(turn: Turn, came: Came) -> Told:
    """What is gone here, and what is left to do in Klaviyo."""
    block = block_of(ErasedFriend, came)
    key = "linkage.erased_linked" if block.was_linked else "linkage.erased"
    return Told(text=turn.say(key), quick=turn.quick("query_linkage_status"))


def _by_method(turn: Turn, report: LinkageReport) -> list[str]:
    if not report.by_method:
        return []
    ways = [f"{_method(turn, m.value)} {n}" for m, n in report.by_method.items()]
    return [turn.say("linkage.by_method", ways=turn.listed(ways))]


def _funnel(turn: Turn, step: FunnelStep) -> str:
    counts = {
        "opened": step.opened,
        "logged_in": step.logged_in,
        "friends": step.friends,
        "linked": step.linked,
    }
    told = [
        turn.say(f"linkage.step_{name}", count=count)
        for name, count in counts.items()
        if count is not None
    ]
    method = _method(turn, step.method.value)
    steps = " → ".join(told)
    if step.name is None:
        return turn.say("linkage.funnel", method=method, steps=steps)
    name = capped(step.name)
    return turn.say("linkage.funnel_of", method=method, name=name, steps=steps)


def _hints(turn: Turn, hints: list[MethodHint]) -> list[str]:
    if not hints:
        return []
    lines = [turn.say("linkage.many_unlinked")]
    return [*lines, *(_hint(turn, each) for each in hints)]


def _hint(turn: Turn, hint: MethodHint) -> str:
    method = _method(turn, hint.method.value)
    return turn.say("linkage.hint", method=method, why=turn.own(hint.why))


def _friend(turn: Turn, info: KlaviyoSyncInfo) -> Told:
    lines = [_standing(turn, info)]
    if info.last_synced is not None:
        when = f"{info.last_synced:%Y-%m-%d %H:%M}"
        lines.append(turn.say("linkage.last_synced", when=when))
    lines += [_label(turn, each) for each in info.labels]
    quick = "unlink_friend" if info.linked else "diagnose_linkage"
    return Told(text="\n".join(lines), quick=turn.quick(quick, "query_linkage_status"))


def _standing(turn: Turn, info: KlaviyoSyncInfo) -> str:
    if info.suspended:
        return turn.say("linkage.friend_suspended", profile=info.profile_id or "")
    if info.linked:
        return turn.say(
            "linkage.friend_linked",
            profile=info.profile_id or "",
            method=_method(turn, info.method or ""),
            page=info.view_in_klaviyo or "",
        )
    if info.why_not is None:
        return turn.say("linkage.friend_untried")
    return turn.say("linkage.friend_not", why=_why(turn, info.why_not))


def _label(turn: Turn, label: LabelLine) -> str:
    return _explained(turn, label, f"labels.{label.code}")


def _attempt(turn: Turn, attempts: Attempts) -> str:
    return turn.say(
        "linkage.attempts",
        count=attempts.count,
        method=_method(turn, attempts.method.value),
        why=_why(turn, attempts),
    )


def _why(turn: Turn, of: Attempts | AttemptLine) -> str:
    return _explained(turn, of, f"outcomes.{of.code}")


def _explained(
    turn: Turn, what: Attempts | AttemptLine | LabelLine, briefly: str
) -> str:
    """The reason and the next step; where no phrase has them, the outcome."""
    english = f"{what.reason} {what.next_step}".strip()
    in_brief = turn.wording.has(briefly) and not turn.can_say(english)
    return turn.say(briefly) if in_brief else turn.own(english)


def _method(turn: Turn, method: str) -> str:
    key = f"methods.{method}"
    return turn.say(key) if turn.wording.has(key) else method
