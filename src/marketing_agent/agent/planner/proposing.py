"""Bringing a write to its card: ask for what is missing, then propose it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import asking
from marketing_agent.agent.planner.frames import (
    CHANGE,
    PROPOSED,
    Frame,
    Note,
    with_frame,
)
from marketing_agent.agent.planner.slots import qr_codes
from marketing_agent.agent.planner.tasks import TASKS, Slot, Task
from marketing_agent.agent.planner.turn import Call, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.turn import Turn

_KEPT_OF_A_SENTENCE: Final = 500


def begun(turn: Turn, tool: str, sentence: str) -> Reply:
    """Start on a write with what the sentence says outright."""
    task = TASKS[tool]
    slots = heard(turn, task, sentence)
    frames = tuple(each for each in turn.frames if each.asks not in {CHANGE, PROPOSED})
    frame = Frame(about=tool, slots=slots, sentence=sentence[:_KEPT_OF_A_SENTENCE])
    return went_on(turn, task, with_frame(frames, frame))


def heard(turn: Turn, task: Task, sentence: str) -> dict[str, str]:
    """What a sentence says outright for any slot of a task."""
    told: dict[str, str] = {}
    for slot in task.slots:
        told |= slot.hear(turn.heard(sentence))
    return told


def under(turn: Turn, tool: str, frames: tuple[Frame, ...]) -> Reply:
    """Start on a write that another goal needs, with nothing said yet."""
    return went_on(turn, TASKS[tool], with_frame(frames, Frame(about=tool)))


def went_on(turn: Turn, task: Task, frames: tuple[Frame, ...]) -> Reply:
    """The card's call when everything is there, else the next question."""
    frame = frames[-1]
    if task.tool not in turn.offered:
        return refused(turn, task.tool, frames[:-1])
    slot = task.missing(frame.slots)
    if slot is not None:
        return asked(turn, task, slot, frames)
    arguments = task.arguments(frame.slots, turn.state.results)
    if arguments is None:
        return _unseen(turn, task, frames)
    if task.tool not in turn.writes:
        note = Note(frames=frames[:-1])
        return _reply(turn, task, note=note, calls=(_call(task, arguments),))
    note = Note(frames=with_frame(frames, replace(frame, asks=PROPOSED)))
    text = turn.say("flow.proposed")
    return _reply(turn, task, text=text, note=note, calls=(_call(task, arguments),))


def _unseen(turn: Turn, task: Task, frames: tuple[Frame, ...]) -> Reply:
    """Look at what the call is about; if that was just done, ask for it again."""
    frame = replace(frames[-1], asks="slug")
    if any(came.tool == qr_codes.SHOWN_BY for came in turn.state.fresh):
        slots = {k: v for k, v in frame.slots.items() if k != "slug"}
        return went_on(turn, task, with_frame(frames, replace(frame, slots=slots)))
    if qr_codes.SHOWN_BY not in turn.offered:
        return refused(turn, qr_codes.SHOWN_BY, frames[:-1])
    call = Call(tool=qr_codes.SHOWN_BY, arguments={"slug": frame.slots["slug"]})
    note = Note(frames=with_frame(frames, frame))
    return _reply(turn, task, note=note, calls=(call,), rule="look up")


def refused(turn: Turn, tool: str, frames: tuple[Frame, ...]) -> Reply:
    """What this caller may not do: a viewer, or a program without the tool."""
    key = "flow.not_allowed" if tool in turn.writes else "flow.not_here"
    return Reply(
        text=turn.say(key, title=turn.title(tool)),
        quick=turn.quick("query_linkage_status", "show_qr_links", "abilities"),
        note=Note(frames=frames),
        intent=tool,
        margin=turn.verdict.margin,
        rule="not offered",
    )


def asked(turn: Turn, task: Task, slot: Slot, frames: tuple[Frame, ...]) -> Reply:
    """The question for a slot, or first the read that it needs."""
    frame = replace(frames[-1], asks=slot.name)
    note = Note(frames=with_frame(frames, frame))
    if slot.look_up in turn.offered and _is_to_look_up(turn, slot):
        call = Call(tool=slot.look_up)
        return _reply(turn, task, note=note, calls=(call,), rule="look up")
    if slot.look_up and asking.choices(turn, slot.name) == 0:
        note = Note(frames=frames[:-1])
        return _reply(turn, task, text=turn.say(f"flow.no_{slot.name}"), note=note)
    question = asking.question(turn, task.tool, slot.name, frame.sentence)
    return _reply(turn, task, text=question.text, quick=question.quick, note=note)


def _is_to_look_up(turn: Turn, slot: Slot) -> bool:
    just_came = any(came.tool == slot.look_up for came in turn.state.fresh)
    return asking.choices(turn, slot.name) is None and not just_came


def _call(task: Task, arguments: Mapping[str, object]) -> Call:
    return Call(tool=task.tool, arguments=arguments)


def _reply(
    turn: Turn,
    task: Task,
    *,
    text: str = "",
    quick: tuple[str, ...] = (),
    calls: tuple[Call, ...] = (),
    note: Note,
    rule: str = "slots",
) -> Reply:
    margin = turn.verdict.margin if turn.state.said else None
    return Reply(
        text=text,
        quick=quick,
        calls=calls,
        note=note,
        intent=task.tool,
        margin=margin,
        rule=rule,
    )
