"""Held pairs: what waits for a decision, what each means, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.slots import known
from marketing_agent.agent.planner.telling.told import Told, block_of
from marketing_agent.services.review_decisions import Decision
from marketing_agent.toolbox.review_tools import Resolved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn
    from marketing_agent.toolbox.linkage_blocks import LinkageReport
    from marketing_agent.toolbox.review_blocks import ReviewLine

_MOST_LINES: Final = 5


def waiting(turn: Turn, report: LinkageReport) -> list[str]:
    """What waits for a decision: how much, and the latest of it."""
    if not report.reviews_waiting:
        return []
    count = report.reviews_waiting
    return [
        turn.say("reviews.waiting", count=count),
        *(line(turn, each) for each in report.reviews[:_MOST_LINES]),
    ]


def line(turn: Turn, item: ReviewLine) -> str:
    """One held pair, or a friend with several possible profiles."""
    profiles = turn.listed(each.profile_id for each in item.candidates)
    return turn.say(
        "reviews.line",
        friend=item.line_user_id,
        profiles=profiles,
        why=_why(turn, item.code, item.reason),
    )


def decision(turn: Turn, slots: Mapping[str, str]) -> str:
    """The question about one item, with what each answer means."""
    friend, profile = slots.get("line_user_id", ""), slots.get("profile_id", "")
    item = known.review(slots.get("version", ""), turn.state.results)
    ends = [] if item is None else _ended_by_replacing(turn, item, profile)
    replaces = turn.say("reviews.replace", friend=friend, profile=profile)
    return "\n".join(
        [
            turn.say("ask.decision", friend=friend, profile=profile),
            turn.say("reviews.keep"),
            " ".join([replaces, *ends]),
        ]
    )


def resolved(turn: Turn, came: Came) -> Told:
    """What was decided, and which links it ended."""
    block = block_of(Resolved, came)
    kept = block.decision is Decision.KEEP
    key = "reviews.kept" if kept else "reviews.replaced"
    lines = [turn.say(key, friend=block.line_user_id, profile=block.profile_id)]
    lines += [
        turn.say("reviews.ended", friend=each.line_user_id, profile=each.profile_id)
        for each in block.unlinked
    ]
    quick = turn.quick("undo_change", "query_linkage_status")
    return Told(text=" ".join(lines), quick=quick)


def _ended_by_replacing(turn: Turn, item: ReviewLine, profile: str) -> list[str]:
    ended = []
    if item.linked_profile_id:
        ended.append((item.line_user_id, item.linked_profile_id))
    ended += [
        (each.linked_to, each.profile_id)
        for each in item.candidates
        if each.profile_id == profile and each.linked_to
    ]
    return [
        turn.say("reviews.would_end", friend=friend, profile=linked)
        for friend, linked in ended
    ]


def _why(turn: Turn, code: str, reason: str) -> str:
    """The reason; where no phrase has it, the outcome."""
    key = f"outcomes.{code}"
    in_brief = turn.wording.has(key) and not turn.can_say(reason)
    return turn.say(key) if in_brief else turn.own(reason)
