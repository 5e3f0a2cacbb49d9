"""The answer to what the tools brought back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, assert_never

from marketing_agent.agent.planner import answering, asking, setup_goal, setup_turns
from marketing_agent.agent.planner.frames import CHANGE, Frame, Note
from marketing_agent.agent.planner.plan import SETUP
from marketing_agent.agent.planner.tasks import TASKS, slots_of_remedy
from marketing_agent.agent.planner.telling import diagnosis, told
from marketing_agent.agent.planner.turn import Call, Reply
from marketing_agent.agent.results import Status
from marketing_agent.core.errors import (
    DatabaseUnavailable,
    PlatformAnswerUnreadable,
    PlatformThrottled,
    PlatformUnreachable,
)

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn

_PASSING: Final = frozenset(
    error.__name__
    for error in (
        DatabaseUnavailable,
        PlatformAnswerUnreadable,
        PlatformThrottled,
        PlatformUnreachable,
    )
)
_LONGEST_MESSAGE: Final = 500


def answer(turn: Turn) -> Reply:
    """What happened, and what comes next."""
    *others, last = turn.state.fresh
    before = [told(turn, came).text for came in others if came.status is Status.DONE]
    return _answer(turn, last).after("\n\n".join(before))


def _answer(turn: Turn, came: Came) -> Reply:
    match came.status:
        case Status.DONE:
            return _done(turn, came)
        case Status.ERROR:
            return _failed(turn, came)
        case Status.REJECTED:
            return _rejected(turn, came)
        case Status.SUPERSEDED | Status.INTERRUPTED:
            return _not_done(turn, came)
        case _:
            assert_never(came.status)


def _done(turn: Turn, came: Came) -> Reply:
    frame = turn.state.frame
    if frame is not None and setup_goal.is_waiting_for(frame, came):
        return setup_goal.noted(turn, frame, came)
    if waited := answering.looked_up(turn):
        return waited
    news = told(turn, came)
    reply = _reply(turn, came, news.text, quick=news.quick)
    if came.tool == diagnosis.SHOWN_BY and not turn.frames:
        return _with_remedy(turn, came, reply)
    return _resumed(turn, reply)


def _with_remedy(turn: Turn, came: Came, reply: Reply) -> Reply:
    """What would mend the worst finding, offered as a card."""
    call = diagnosis.remedy(came)
    slots = slots_of_remedy(call.tool, call.arguments) if call else None
    if call is None or slots is None or call.tool not in turn.offered:
        return reply
    title = turn.title(call.tool)
    question = turn.say("diagnosis.offer", title=title)
    offer = Frame(about=call.tool, slots=slots)
    return replace(
        reply,
        text=f"{reply.text}\n\n{question}",
        quick=(turn.say("quick.remedy", title=title), *reply.quick),
        note=replace(reply.note, offer=offer),
    )


def _failed(turn: Turn, came: Came) -> Reply:
    is_read = came.tool in turn.offered and came.tool not in turn.writes
    if is_read and turn.state.failures == 1 and came.code in _PASSING:
        call = Call(tool=came.tool, arguments=came.arguments)
        return replace(_reply(turn, came, "", rule="read again"), calls=(call,))
    message = came.text[:_LONGEST_MESSAGE].strip() or turn.say("flow.unreadable")
    text = turn.say("flow.failed", message=turn.own(message))
    return asking.with_pending(turn, _reply(turn, came, text, quick=_offers(turn)))


def _rejected(turn: Turn, came: Came) -> Reply:
    """Nothing was done. A value in the merchant's reason makes the next proposal."""
    frame = turn.state.frame
    text = turn.say("flow.rejected")
    if frame is None or frame.about != came.tool or frame.asks != CHANGE:
        return _resumed(turn, _reply(turn, came, text, quick=_offers(turn)))
    if came.text and (again := answering.corrected(turn, frame, came.text)):
        return again.after(text)
    if TASKS[frame.about].changeable:
        question = asking.of_change(turn, frame)
        text = f"{text}\n{question.text}"
        return _reply(turn, came, text, quick=question.quick)
    return _dropped(turn, came, text)


def _not_done(turn: Turn, came: Came) -> Reply:
    key = "superseded" if came.status is Status.SUPERSEDED else "interrupted"
    if came.tool not in turn.writes:
        key = "unanswered"
    text = turn.say(f"flow.{key}", title=turn.title(came.tool))
    return _dropped(turn, came, text)


def _dropped(turn: Turn, came: Came, text: str) -> Reply:
    """The proposal is put away; what lies under it goes on when asked for."""
    task = TASKS.get(came.tool)
    look = task.seen_by if task else "query_linkage_status"
    frames = tuple(each for each in turn.frames if each.about != came.tool)
    reply = _reply(turn, came, text, quick=turn.quick(look, "show_changes"))
    return asking.with_pending(turn, replace(reply, note=Note(frames=frames)))


def _resumed(turn: Turn, reply: Reply) -> Reply:
    """Back to what was open before."""
    frame = turn.state.frame
    if frame is not None and frame.about == SETUP and frame.asks is None:
        return setup_turns.resumed(turn, frame, reply.text)
    return asking.with_pending(turn, reply)


def _offers(turn: Turn) -> tuple[str, ...]:
    return turn.quick("check_setup", "abilities")


def _reply(
    turn: Turn,
    came: Came,
    text: str,
    *,
    quick: tuple[str, ...] = (),
    rule: str = "result",
) -> Reply:
    return Reply(
        text=text,
        quick=quick,
        note=asking.kept(turn),
        intent=came.tool or "unknown",
        rule=rule,
    )
