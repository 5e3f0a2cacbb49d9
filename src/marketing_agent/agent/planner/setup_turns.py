"""What the merchant says to the plan: its answers, and what to do with the plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import asking, proposing, setup_goal, small_talk
from marketing_agent.agent.planner.frames import Frame
from marketing_agent.agent.planner.marks import is_question
from marketing_agent.agent.planner.moments import Moment
from marketing_agent.agent.planner.plan import (
    CHANNELS,
    CHECK,
    DONE,
    LEFT_OUT,
    METHODS,
    PICK,
    RECOMMEND,
    SETUP,
    SKIPPED,
    after,
    remaining,
    without_method,
)
from marketing_agent.agent.planner.slots.answers import (
    brief_yes_or_no,
    wants_again,
    wants_later,
    wants_on,
    yes_or_no,
)
from marketing_agent.agent.planner.slots.channels import channels, only_one, picked
from marketing_agent.agent.planner.slots.words import Concept
from marketing_agent.agent.planner.tasks import TASKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.turn import Reply, Turn

_STOPS: Final = Concept("stops_setup")
_OVER: Final = Concept("starts_over")
_CONTINUES: Final = Concept("continues_setup")
_SKIPS: Final = Concept("skips_step")
_TURNS: Final = Concept("turns_to_another")
_DENIED: Final = Concept("denied_part")
_OPENING: Final = Concept("of_opening")


def begun(turn: Turn, sentence: str) -> Reply:
    """The first step, with what the sentence told about the shop."""
    method = only_one(sentence)
    told = _channels(sentence) if method is None else _only_noted({}, method)
    frame = Frame(about=SETUP, slots=told)
    return setup_goal.went_on(turn, frame, turn.say("setup.begun"))


def continued(turn: Turn) -> Reply:
    """The plan as it was left, after its facts are read again."""
    frame = open_plan(turn)
    kept = dict(turn.state.operations)
    if frame is not None:
        kept |= {k: v for k, v in frame.slots.items() if k.startswith(DONE)}
    again = Frame(about=SETUP, slots=kept)
    return setup_goal.went_on(turn, again, turn.say("setup.continued"))


def open_plan(turn: Turn) -> Frame | None:
    """The plan, if it is open, also under a write in the making."""
    return next((each for each in turn.frames if each.about == SETUP), None)


def about_the_plan(turn: Turn) -> Reply | None:
    """Stop, start over, continue, skip, or another method; None for anything else."""
    said, frame = turn.said, open_plan(turn)
    if is_question(said):
        return None
    if _CONTINUES.is_in(said):
        return continued(turn)
    if frame is None:
        nothing = _STOPS.is_in(said)
        return small_talk.said(turn, Moment.CANCEL) if nothing else None
    if _STOPS.is_in(said):
        return setup_goal.ended(turn, frame, turn.say("setup.stopped_by_you"))
    if _OVER.is_in(said):
        return begun(turn, "")
    if method := only_one(said):
        return _only(turn, frame, method)
    if other := _other_method(turn, frame):
        now = replace(frame, slots=without_method(frame.slots))
        words = turn.say("setup.turned", method=turn.say(f"quick.pick_{other}"))
        return setup_goal.went_on(turn, setup_goal.noting(now, PICK, other), words)
    return left_out(turn) if _SKIPS.is_in(said) else None


def answered(turn: Turn, frame: Frame) -> Reply | None:
    """The plan after an answer to its question; None if it was no answer."""
    if frame.asks == CHECK and wants_on(turn.said):
        on = setup_goal.noting(frame, CHECK, "left for later")
        return setup_goal.went_on(turn, on)
    if frame.asks == PICK:
        return _picked(turn, frame)
    if frame.asks not in CHANNELS:
        again = wants_again(turn.said) or yes_or_no(turn.said) == "yes"
        return setup_goal.went_on(turn, frame) if again else None
    told = _channels(turn.said)
    if short := yes_or_no(turn.said):
        told = {**told, frame.asks: short}
    if frame.asks not in told or is_question(turn.said):
        return None
    return setup_goal.went_on(turn, replace(frame, slots={**frame.slots, **told}))


def resumed(turn: Turn, frame: Frame, before: str = "") -> Reply:
    """The plan again, after something else was done in between."""
    if frame.asks in {*CHANNELS, PICK}:
        reply = setup_goal.reply_of(turn, frame, before)
        return asking.with_pending(turn, reply)
    return setup_goal.went_on(turn, frame, before)


def _channels(said: str) -> dict[str, str]:
    return dict(channels(_OPENING.put_for(said, " ")))


def _picked(turn: Turn, frame: Frame) -> Reply | None:
    """The method named; the first after a mere yes; the end after a no."""
    left = remaining(frame.slots)
    wanted = picked(turn.said) or picked(_DENIED.put_for(turn.said, " "))
    named = [method for method in wanted if method in left]
    short = yes_or_no(turn.said)
    if not named and short == "yes":
        named = left[:1]
    if named and not is_question(turn.said):
        return setup_goal.went_on(turn, setup_goal.noting(frame, PICK, named[0]))
    is_no = brief_yes_or_no(turn.said) == "no"
    if not named and (is_no or wants_later(turn.said)):
        return setup_goal.ended(turn, frame, turn.say("setup.through"))
    return None


def _other_method(turn: Turn, frame: Frame) -> str | None:
    """The one method that is wanted instead of the one in the making."""
    now = frame.slots.get(PICK)
    if now is None or not _TURNS.is_in(turn.said):
        return None
    wanted = picked(_DENIED.put_for(turn.said, " "))
    return wanted[0] if len(wanted) == 1 and wanted[0] != now else None


def _only(turn: Turn, frame: Frame, method: str) -> Reply:
    """Nothing but this method, now and after it; the end if it is done already."""
    if frame.slots.get(f"{DONE}{method}") == "yes":
        return setup_goal.ended(turn, frame, turn.say("setup.through"))
    noted = _only_noted(frame.slots, method)
    now, top = replace(frame, slots=noted), turn.frames[-1]
    if frame.slots.get(PICK) != method or top.about not in TASKS:
        return setup_goal.went_on(turn, replace(now, asks=None))
    frames = (now, replace(top, asks=None))
    return proposing.went_on(turn, TASKS[top.about], frames)


def _only_noted(noted: Mapping[str, str], method: str) -> dict[str, str]:
    """The notes with the other methods left out, and no question about them."""
    others = {f"{DONE}{each}": LEFT_OUT for each in METHODS if each != method}
    questions = (*CHANNELS, RECOMMEND)
    unasked = {each: SKIPPED for each in questions if each not in noted}
    before = dict(noted if noted.get(PICK) == method else without_method(noted))
    before.pop(f"{DONE}{method}", None)
    return {**others, **before, **unasked, METHODS[method]: "yes", PICK: method}


def left_out(turn: Turn) -> Reply | None:
    """The question or the method that is open is left out of the plan."""
    frame = open_plan(turn)
    if frame is None:
        return None
    method = frame.slots.get(PICK)
    if method in METHODS:
        now = replace(frame, slots=after(frame.slots, method, LEFT_OUT), asks=None)
        words = turn.say("setup.skipped", method=turn.say(f"quick.pick_{method}"))
        if remaining(now.slots):
            return setup_goal.to_pick(turn, now).after(words)
        return setup_goal.ended(turn, now, f"{words}\n\n{turn.say('setup.through')}")
    if frame.asks in CHANNELS:
        return setup_goal.went_on(turn, setup_goal.noting(frame, frame.asks, SKIPPED))
    return None
