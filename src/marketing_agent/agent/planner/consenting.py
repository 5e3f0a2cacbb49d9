"""A yes or no that is written instead of being given on a card.

Only the card counts: it says what would be done, and its answer is the approval.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from marketing_agent.agent.planner import (
    asking,
    correcting,
    proposing,
    setup_turns,
)
from marketing_agent.agent.planner.frames import CHANGE, Frame, Note, with_frame
from marketing_agent.agent.planner.moments import Moment
from marketing_agent.agent.planner.slots.answers import yes_or_no
from marketing_agent.agent.planner.tasks import TASKS
from marketing_agent.agent.planner.turn import Reply

if TYPE_CHECKING:
    from marketing_agent.agent.planner.turn import Turn


def says_yes(turn: Turn) -> bool:
    """Whether it is a yes, however it is put."""
    short = yes_or_no(turn.said)
    return short == "yes" or (short is None and turn.means(Moment.APPROVE))


def says_no(turn: Turn) -> bool:
    """Whether it is a no, however it is put."""
    short = yes_or_no(turn.said)
    return short == "no" or (short is None and turn.means(Moment.REJECT))


def at_a_card(turn: Turn, frame: Frame) -> Reply | None:
    """The card once more after a yes, another after a correction, none after a no."""
    if frame.asks != CHANGE or frame.about not in TASKS:
        return None
    if says_yes(turn):
        again = with_frame(turn.frames, replace(frame, asks=None))
        card = proposing.went_on(turn, TASKS[frame.about], again)
        return card.after(turn.say("flow.press_the_card"))
    if reply := correcting.corrected(turn, frame):
        return reply
    return put_away(turn, frame) if says_no(turn) else None


def put_away(turn: Turn, frame: Frame) -> Reply:
    """Nothing is done about this write; what lies under it goes on."""
    if skipped := setup_turns.left_out(turn):
        return skipped
    others = tuple(each for each in turn.frames if each.about != frame.about)
    reply = Reply(
        text=turn.say("flow.rejected"),
        quick=turn.quick("setup", "query_linkage_status", "abilities"),
        note=Note(frames=others),
        intent=Moment.REJECT.value,
        margin=turn.verdict.margin,
        rule="put away",
    )
    return asking.with_pending(turn, reply)
