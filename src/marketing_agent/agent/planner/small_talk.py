"""What is answered with words alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import asking
from marketing_agent.agent.planner.frames import Note
from marketing_agent.agent.planner.moments import Moment
from marketing_agent.agent.planner.turn import Reply

if TYPE_CHECKING:
    from marketing_agent.agent.planner.turn import Turn

_OFFERS: Final = ("setup", "query_linkage_status", "create_qr_link", "abilities")


def said(turn: Turn, moment: Moment) -> Reply:
    """The planner's words for a moment, then the question that was open."""
    reply = Reply(
        text=turn.say(f"moments.{moment.value}"),
        quick=turn.quick(*_OFFERS),
        note=asking.kept(turn),
        intent=moment.value,
        margin=turn.verdict.margin,
        rule=turn.rule,
    )
    if moment is Moment.CANCEL:
        words = "moments.cancel" if turn.frames else "moments.nothing_open"
        return replace(reply, text=turn.say(words), note=Note())
    return asking.with_pending(turn, reply)


def what_next(turn: Turn) -> Reply:
    """A yes or no to nothing."""
    greeted = said(turn, Moment.GREETING)
    return replace(greeted, text=turn.say("flow.what_next"), rule="what next")


def rephrase(turn: Turn) -> Reply:
    """None of what was offered was meant."""
    reply = replace(what_next(turn), text=turn.say("flow.rephrase"), rule="rephrase")
    return asking.with_pending(turn, reply)
