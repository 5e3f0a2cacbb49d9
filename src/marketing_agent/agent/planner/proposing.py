"""Bringing a write to its card: ask for what is missing, then propose it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import asking
from marketing_agent.agent.planner.before_a_card import before_the_card
from marketing_agent.agent.planner.defaults import FILLED_IN, usual
from marketing_agent.agent.planner.frames import (
    CHANGE,
    PROPOSED,
    Frame,
    Note,
    with_frame,
)
from marketing_agent.agent.planner.slots import known
from marketing_agent.agent.planner.slots.choosing import SAID
from marketing_agent.agent.planner.tasks import TASKS, Look, Slot, Task, without
from marketing_agent.agent.planner.tasks.task import LOOKING
from marketing_agent.agent.planner.turn import Call, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.slots.named import Named
    from marketing_agent.agent.planner.tasks import LookUp
    from marketing_agent.agent.planner.turn import Turn

NEWER: Final = "\x1e"
"""Between a sentence and the one before it, where both may name a thing."""
_KEPT_OF_A_SENTENCE: Final = 500
_LONGEST_NAME: Final = 100


def begun(turn: Turn, tool: str, sentence: str) -> Reply:
    """Start on a write with what the sentence says outright."""
    task = TASKS[tool]
    slots = heard(turn, task, sentence)
    frames = tuple(each for each in turn.frames if each.asks not in {CHANGE, PROPOSED})
    frame = Frame(about=tool, slots=slots, sentence=sentence[:_KEPT_OF_A_SENTENCE])
    return went_on(turn, task, with_frame(frames, frame))


def heard(turn: Turn, task: Task, sentence: str) -> dict[str, str]:
    """What a sentence says outright for any slot of a task."""
    told_so_far: dict[str, str] = {}
    for slot in task.slots:
        told_so_far |= slot.hear(turn.heard(sentence, slots=told_so_far))
    return told_so_far


def under(turn: Turn, tool: str, frames: tuple[Frame, ...]) -> Reply:
    """Start on a write that the set-up needs, with what is usual filled in."""
    slots = {FILLED_IN: "yes"}
    if turn.state.said is not None:
        slots |= heard(turn, TASKS[tool], turn.said)
    return went_on(
        turn, TASKS[tool], with_frame(frames, Frame(about=tool, slots=slots))
    )


def went_on(turn: Turn, task: Task, frames: tuple[Frame, ...]) -> Reply:
    """The card's call when everything is there, else the next question or look."""
    frame = frames[-1]
    if task.tool not in turn.offered:
        return refused(turn, task.tool, frames[:-1])
    for step in task.steps:
        now = with_frame(frames, frame)
        if isinstance(step, Slot):
            told = _named_before(turn, step, frame)
            if not told and not step.is_filled(frame.slots):
                told = usual(turn, task.tool, step.name, frame.slots)
                if not told:
                    return asked(turn, task, step, now)
        elif step.applies(frame.slots):
            seen = step.sees(turn.state.results, frame.slots)
            if seen is None:
                return _looked(turn, task, step, now)
            if step.absent and not seen:
                text, note = turn.say(step.absent), _without_last(now)
                return _reply(turn, task, text=text, note=note)
            told = seen
        else:
            told = {}
        frame = replace(frame, slots={**frame.slots, **told})
    return _complete(turn, task, with_frame(frames, frame))


def _named_before(turn: Turn, slot: Slot, frame: Frame) -> Mapping[str, str]:
    """What the first sentence names of the choices, once they are known."""
    if slot.is_filled(frame.slots) or not asking.choices(turn, slot, frame):
        return {}
    return said_before(turn, slot, frame)


def said_before(turn: Turn, slot: Slot, frame: Frame) -> Mapping[str, str]:
    """What the frame's sentences tell for a slot; the newest that tells it counts."""
    sentences = frame.sentence.split(NEWER)
    told = (slot.hear(turn.heard(each, slots=frame.slots)) for each in sentences)
    return next(filter(None, told), {})


def _complete(turn: Turn, task: Task, frames: tuple[Frame, ...]) -> Reply:
    frame = frames[-1]
    call = Call(tool=task.tool, arguments=task.arguments(frame.slots, _results(turn)))
    if task.tool not in turn.writes:
        return _reply(turn, task, note=_without_last(frames), calls=(call,))
    note = Note(frames=with_frame(frames, replace(frame, asks=PROPOSED)))
    text = before_the_card(turn, task, frame)
    return _reply(turn, task, text=text, note=note, calls=(call,))


def _looked(turn: Turn, task: Task, look: Look, frames: tuple[Frame, ...]) -> Reply:
    """Look at what the call is about; if that was just done, ask for it again."""
    frame = replace(frames[-1], asks=LOOKING)
    if any(came.tool == look.tool for came in turn.state.fresh):
        slot = task.slot(LOOKING) or task.slots[0]
        slots = without(frame.slots, slot)
        again = with_frame(frames, replace(frame, slots=slots, sentence=""))
        return asked(turn, task, slot, again)
    if look.tool not in turn.offered:
        return refused(turn, look.tool, frames[:-1])
    call = Call(tool=look.tool, arguments=look.arguments(frame.slots))
    note = Note(frames=with_frame(frames, frame))
    return _reply(turn, task, note=note, calls=(call,), rule="look")


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
    look_up = slot.look_up
    if look_up is not None:
        there = asking.choices(turn, slot, frame)
        if call := _to_look_up(turn, look_up, frame, there):
            return _reply(turn, task, note=note, calls=(call,), rule="look up")
        if there is not None and not there and not slot.is_text:
            text = turn.say(f"flow.no_{slot.name}")
            return _reply(turn, task, text=text, note=_without_last(frames))
    question = asking.question(turn, task, slot, frame)
    return _reply(turn, task, text=question.text, quick=question.quick, note=note)


def _to_look_up(
    turn: Turn, look_up: LookUp, frame: Frame, there: Sequence[Named] | None
) -> Call | None:
    """The read of what there is: by the name that was said, then of everything."""
    if look_up.tool not in turn.offered:
        return None
    came = [each for each in turn.state.fresh if each.tool == look_up.tool]
    named = _searchable(frame.slots.get(look_up.by_name or "", ""))
    arguments = look_up.arguments(frame.slots)
    if not came:
        by_name = {"name": named} if named else {}
        call = Call(tool=look_up.tool, arguments={**arguments, **by_name})
        is_read = there and not known.was_narrowed(look_up.tool, turn.state.results)
        return None if is_read else call
    found_none = there is not None and not there
    is_narrow = len(came) == 1 and bool(came[0].arguments.get("name"))
    return (
        Call(tool=look_up.tool, arguments=arguments)
        if found_none and is_narrow
        else None
    )


def searched(turn: Turn, task: Task, slot: Slot, frame: Frame) -> Reply | None:
    """Look for what was answered by name, where the list was too long to show."""
    look_up = slot.look_up
    if look_up is None or not look_up.by_name or look_up.tool not in turn.offered:
        return None
    name = _searchable(SAID[look_up.by_name](turn.said) or turn.said)
    now = replace(frame, sentence=turn.said)
    note = Note(frames=with_frame(turn.frames, now))
    call = Call(tool=look_up.tool, arguments={"name": name} if name else {})
    return _reply(turn, task, note=note, calls=(call,), rule="look up")


def _searchable(name: str) -> str:
    return name.replace("\0", " ").strip()[:_LONGEST_NAME].strip()


def _results(turn: Turn) -> Mapping[str, Came]:
    return turn.state.results


def _without_last(frames: tuple[Frame, ...]) -> Note:
    return Note(frames=frames[:-1])


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
