"""Walking the setup plan: one step after the other, with waiting where it must."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from marketing_agent.agent.planner import asking, proposing, setup_methods
from marketing_agent.agent.planner.frames import Frame, Note, with_frame
from marketing_agent.agent.planner.marks import is_question
from marketing_agent.agent.planner.plan import (
    CHANNELS,
    CHECK,
    DONE,
    METHODS,
    PICK,
    PLAN,
    SETUP,
    Step,
    after,
    next_step,
    remaining,
)
from marketing_agent.agent.planner.slots.answers import (
    wants_again,
    wants_later,
    wants_on,
    yes_or_no,
)
from marketing_agent.agent.planner.slots.channels import channels, picked
from marketing_agent.agent.planner.telling import connection, linkage
from marketing_agent.agent.planner.turn import Call, Reply

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn

_DONE: Final = "done"
_SHOWN_BY: Final = {
    "qr_link": "show_qr_links",
    "form_linkage": "check_form",
    "import": "show_import",
}


def begun(turn: Turn) -> Reply:
    """The first step. What else was open is left."""
    return _went_on(turn, Frame(about=SETUP), turn.say("setup.begun"))


def is_waiting_for(frame: Frame | None, came: Came) -> bool:
    """Whether this result is the plan's next step."""
    if frame is None or frame.about != SETUP:
        return False
    step = next_step(frame.slots)
    return step is not None and step.calls == came.tool


def noted(turn: Turn, frame: Frame, came: Came) -> Reply:
    """The plan after the result of its own call."""
    try:
        return _noted(turn, frame, came)
    except ValidationError:
        return _stuck(turn, frame, turn.say("flow.unreadable"))


def answered(turn: Turn, frame: Frame) -> Reply | None:
    """The plan after an answer to its question; None if it was no answer."""
    if frame.asks == CHECK and wants_on(turn.said):
        return _went_on(turn, _with(frame, CHECK, "left for later"))
    if frame.asks == PICK:
        return _picked(turn, frame)
    if frame.asks not in CHANNELS:
        again = wants_again(turn.said) or yes_or_no(turn.said) == "yes"
        return _went_on(turn, frame) if again else None
    told = channels(turn.said)
    if short := yes_or_no(turn.said):
        told = {**told, frame.asks: short}
    if frame.asks not in told or is_question(turn.said):
        return None
    return _went_on(turn, replace(frame, slots={**told, **frame.slots}))


def resumed(turn: Turn, frame: Frame, before: str = "") -> Reply:
    """The plan again, after something else was done in between."""
    if frame.asks in {*CHANNELS, PICK}:
        reply = _reply(turn, frame, before)
        return asking.with_pending(turn, reply)
    return _went_on(turn, frame, before)


def _picked(turn: Turn, frame: Frame) -> Reply | None:
    """The method named, or the only one left after a yes; the end after a no."""
    left = remaining(frame.slots)
    named = [method for method in picked(turn.said) if method in left]
    short = yes_or_no(turn.said)
    if not named and short == "yes" and len(left) == 1:
        named = left
    if len(named) == 1 and not is_question(turn.said):
        return _went_on(turn, _with(frame, PICK, named[0]))
    if not named and (short == "no" or wants_later(turn.said)):
        return _ended(turn, frame, turn.say("setup.through"))
    return None


def _noted(turn: Turn, frame: Frame, came: Came) -> Reply:
    match came.tool:
        case "check_setup":
            return _checked(turn, frame, came)
        case "query_linkage_status":
            words = linkage.summary(turn, linkage.report_of(came))
            return _went_on(turn, _with(frame, "count_customers"), words)
        case tool if tool in turn.writes:
            step = _step(frame)
            what, words = setup_methods.saved(turn, came)
            return _went_on(turn, _with(frame, step.name, what), words)
        case _:
            return _handed_over(turn, frame, came)


def _checked(turn: Turn, frame: Frame, came: Came) -> Reply:
    told = connection.checked(turn, came)
    if connection.unfinished(connection.checks_of(came)):
        return _stuck(turn, frame, told.text)
    return _went_on(turn, _with(frame, CHECK), told.text)


def _stuck(turn: Turn, frame: Frame, text: str) -> Reply:
    """Wait at the step that could not be taken until the merchant says "again"."""
    waiting = replace(frame, asks=_step(frame).name)
    question = asking.of_setup(turn, waiting)
    reply = _reply(turn, waiting, question.text, quick=question.quick)
    return reply.after(text)


def _went_on(turn: Turn, frame: Frame, before: str = "") -> Reply:
    step = _step(frame)
    if step.name == PICK:
        return _to_pick(turn, frame).after(before)
    if step.asks:
        return _asked(turn, frame, step.name).after(before)
    if step.name == "recommend":
        words = setup_methods.recommended(turn, frame.slots)
        return _went_on(turn, _with(frame, "recommend"), _both(before, words))
    if step.calls in turn.writes:
        frames = with_frame((), replace(frame, asks=None))
        return proposing.under(turn, str(step.calls), frames).after(before)
    return _looked(turn, frame, step).after(before)


def _both(before: str, words: str) -> str:
    return "\n\n".join(filter(None, (before, words)))


def _asked(turn: Turn, frame: Frame, step: str) -> Reply:
    asking_now = replace(frame, asks=step)
    question = asking.of_setup(turn, asking_now)
    return _reply(turn, asking_now, question.text, quick=question.quick)


def _to_pick(turn: Turn, frame: Frame) -> Reply:
    """The only method that fits is begun at once; among several there is a choice."""
    left = remaining(frame.slots)
    is_first = not any(name.startswith(DONE) for name in frame.slots)
    if len(left) == 1 and is_first:
        return _went_on(turn, _with(frame, PICK, left[0]))
    return _asked(turn, frame, PICK) if left else _ended(turn, frame, "")


def _looked(turn: Turn, frame: Frame, step: Step) -> Reply:
    tool = str(step.calls)
    if tool not in turn.offered:
        return proposing.refused(turn, tool, ())
    arguments = setup_methods.to_look_at(step, frame.slots)
    running = replace(frame, asks=step.name)
    return _reply(turn, running, calls=(Call(tool=tool, arguments=arguments),))


def _handed_over(turn: Turn, frame: Frame, came: Came) -> Reply:
    """What was verified, with what is left to do in Klaviyo; then the next method."""
    method = frame.slots[PICK]
    words = setup_methods.handed_over(turn, frame.slots, came)
    now = replace(frame, slots=after(frame.slots, method), asks=None)
    if remaining(now.slots):
        return _to_pick(turn, now).after(words)
    return _ended(turn, now, _both(words, turn.say("setup.through")))


def _step(frame: Frame) -> Step:
    return next_step(frame.slots) or PLAN[-1]


def _with(frame: Frame, step: str, value: str = _DONE) -> Frame:
    return replace(frame, slots={**frame.slots, step: value}, asks=None)


def _ended(turn: Turn, frame: Frame, text: str) -> Reply:
    done = [method for method in METHODS if f"{DONE}{method}" in frame.slots]
    shown = [_SHOWN_BY[method] for method in done] or ["create_qr_link"]
    quick = turn.quick("query_linkage_status", *shown, "abilities")
    reply = _reply(turn, frame, text, quick=quick)
    return replace(reply, note=Note(), rule="plan: through")


def _reply(
    turn: Turn,
    frame: Frame,
    text: str = "",
    *,
    quick: tuple[str, ...] = (),
    calls: tuple[Call, ...] = (),
) -> Reply:
    return Reply(
        text=text,
        quick=quick,
        calls=calls,
        note=Note(frames=with_frame((), frame)),
        intent=SETUP,
        margin=turn.verdict.margin if turn.state.said else None,
        rule=f"plan: {_step(frame).name}",
    )
