"""Walking the setup plan: one step after the other, with waiting where it must."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from marketing_agent.agent.planner import asking, proposing, setup_facts, setup_methods
from marketing_agent.agent.planner.frames import Frame, Note, with_frame
from marketing_agent.agent.planner.plan import (
    CHECK,
    DONE,
    FACTS,
    LEFT_OUT,
    METHODS,
    PICK,
    PLAN,
    RECOMMEND,
    SETUP,
    Step,
    after,
    next_step,
    remaining,
)
from marketing_agent.agent.planner.plan_card import plan_card
from marketing_agent.agent.planner.telling import connection
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


def _noted(turn: Turn, frame: Frame, came: Came) -> Reply:
    step = step_of(frame)
    match came.tool:
        case "check_setup":
            return _checked(turn, frame, came)
        case "recommend_methods":
            found, words = setup_facts.found(turn, frame.slots, came)
            known = replace(frame, slots=found)
            return went_on(turn, noting(known, FACTS), words)
        case "diagnose_linkage":
            words = setup_methods.tried(turn, came)
            return went_on(turn, noting(frame, step.name), words)
        case tool if tool in turn.writes:
            what, words = setup_methods.saved(turn, came)
            return went_on(turn, noting(frame, step.name, what), words)
        case _:
            return _handed_over(turn, frame, came)


def _checked(turn: Turn, frame: Frame, came: Came) -> Reply:
    told = connection.checked(turn, came)
    if connection.blocking(connection.checks_of(came)):
        return _stuck(turn, frame, told.text)
    return went_on(turn, noting(frame, CHECK), told.text)


def _stuck(turn: Turn, frame: Frame, text: str) -> Reply:
    """Wait at the step that could not be taken until the merchant says "again"."""
    waiting = replace(frame, asks=step_of(frame).name)
    question = asking.of_setup(turn, waiting)
    reply = reply_of(turn, waiting, question.text, quick=question.quick)
    return reply.after(text)


def went_on(turn: Turn, frame: Frame, before: str = "") -> Reply:
    """The next step, after these words."""
    step = step_of(frame)
    if step.name == PICK:
        return to_pick(turn, frame).after(before)
    if step.asks:
        return asked(turn, frame, step.name).after(before)
    if step.name == RECOMMEND:
        words = setup_facts.recommended(turn, frame.slots)
        return went_on(turn, noting(frame, RECOMMEND), _both(before, words))
    if step.calls in turn.writes:
        frames = with_frame((), replace(frame, asks=None))
        return proposing.under(turn, str(step.calls), frames).after(before)
    return _looked(turn, frame, step).after(before)


def _both(before: str, words: str) -> str:
    return "\n\n".join(filter(None, (before, words)))


def asked(turn: Turn, frame: Frame, step: str) -> Reply:
    """The question of this step."""
    asking_now = replace(frame, asks=step)
    question = asking.of_setup(turn, asking_now)
    return reply_of(turn, asking_now, question.text, quick=question.quick)


def to_pick(turn: Turn, frame: Frame) -> Reply:
    """The only method that fits is begun at once; among several there is a choice."""
    left = remaining(frame.slots)
    is_first = not any(name.startswith(DONE) for name in frame.slots)
    if len(left) == 1 and is_first:
        return went_on(turn, noting(frame, PICK, left[0]))
    return asked(turn, frame, PICK) if left else ended(turn, frame, "")


def _looked(turn: Turn, frame: Frame, step: Step) -> Reply:
    tool = str(step.calls)
    if tool not in turn.offered:
        return proposing.refused(turn, tool, ())
    arguments: dict[str, Any] = (
        setup_facts.operations(frame.slots)
        if step.name == FACTS
        else setup_methods.to_look_at(step, frame.slots)
    )
    running = replace(frame, asks=step.name)
    return reply_of(turn, running, calls=(Call(tool=tool, arguments=arguments),))


def _handed_over(turn: Turn, frame: Frame, came: Came) -> Reply:
    """What was verified, with what is left to do in Klaviyo; then the next method."""
    method = frame.slots[PICK]
    words = setup_methods.handed_over(turn, frame.slots, came)
    now = replace(frame, slots=after(frame.slots, method), asks=None)
    if remaining(now.slots):
        return with_check(turn, to_pick(turn, now).after(words))
    return ended(turn, now, _both(words, turn.say("setup.through")))


def with_check(turn: Turn, reply: Reply) -> Reply:
    """With "check it now" at hand while something is left to do by hand."""
    if not turn.state.by_hand:
        return reply
    return replace(reply, quick=(*reply.quick[:3], turn.say("quick.check_now")))


def step_of(frame: Frame) -> Step:
    """The step that is next; the last one when the plan is through."""
    return next_step(frame.slots) or PLAN[-1]


def noting(frame: Frame, step: str, value: str = _DONE) -> Frame:
    """The frame with this step done."""
    return replace(frame, slots={**frame.slots, step: value}, asks=None)


def ended(turn: Turn, frame: Frame, text: str) -> Reply:
    """The plan is over, through or not; what is left by hand is remembered."""
    done = [m for m in METHODS if frame.slots.get(f"{DONE}{m}", LEFT_OUT) != LEFT_OUT]
    shown = [_SHOWN_BY[method] for method in done] or ["create_qr_link"]
    first = ("check_now",) if turn.state.by_hand else ()
    quick = turn.quick(*first, "query_linkage_status", *shown, "abilities")
    reply = reply_of(turn, frame, text, quick=quick)
    plan = plan_card(turn, frame.slots, is_over=True)
    return replace(reply, note=Note(), rule="plan: through", plan=plan)


def reply_of(
    turn: Turn,
    frame: Frame,
    text: str = "",
    *,
    quick: tuple[str, ...] = (),
    calls: tuple[Call, ...] = (),
) -> Reply:
    """A reply of the plan that leaves this frame open."""
    return Reply(
        text=text,
        quick=quick,
        calls=calls,
        note=Note(frames=with_frame((), frame)),
        intent=SETUP,
        margin=turn.verdict.margin if turn.state.said else None,
        rule=f"plan: {step_of(frame).name}",
    )
