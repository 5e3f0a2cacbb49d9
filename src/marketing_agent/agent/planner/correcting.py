"""Taking something back that was said before: another value for a slot that is filled.

"No, the other form", "not Spring, Summer", "I meant the phone". Where it stays open
which other one is meant, the question comes back; nothing is guessed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import asking, proposing
from marketing_agent.agent.planner.frames import Frame, with_frame
from marketing_agent.agent.planner.marks import is_question, quoted
from marketing_agent.agent.planner.slots import known
from marketing_agent.agent.planner.slots.choosing import SAID
from marketing_agent.agent.planner.slots.words import Announced, Concept
from marketing_agent.agent.planner.tasks import TASKS, Slot, Task, replaced, without
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.agent.planner.slots.heard import Heard
    from marketing_agent.agent.planner.slots.named import Named
    from marketing_agent.agent.planner.turn import Reply, Turn

_MARKS: Final = " .。!"
_CORRECTS: Final = Concept("corrects")
_OTHER: Final = Concept("other_one")
_DENIED: Final = Concept("denied")
_WANTED: Final = Announced("wanted_instead")
_KINDS: Final = {
    "list_forms": Concept("of_form"),
    "list_segments": Concept("of_segment"),
}
"""How a name shows what it is the name of, by the read that lists them."""


def corrected(turn: Turn, frame: Frame) -> Reply | None:
    """The write in the making with another value; None if nothing is taken back."""
    task = TASKS.get(frame.about)
    if task is None or is_question(turn.said) or not _CORRECTS.is_in(turn.said):
        return None
    open_ = [slot for slot in reversed(task.slots) if _is_open(task, slot, frame)]
    wanted = [part.strip(_MARKS) for part in _WANTED.rests_in(turn.said.strip(_MARKS))]
    for slot in sorted(open_, key=lambda each: each.look_up is None):
        if reply := _otherwise(turn, task, frame, slot, wanted):
            return reply
    filled = [slot for slot in open_ if _was_told(slot, frame)]
    if reply := _looked_for(turn, task, frame, filled, wanted):
        return reply
    return _other(turn, task, frame, filled) if _OTHER.is_in(turn.said) else None


def _is_open(task: Task, slot: Slot, frame: Frame) -> bool:
    """Whether a merchant may mean this slot: it was told, or could have been."""
    if slot.name in task.changeable:
        return True
    is_needed = slot.look_up is not None or slot.applies(frame.slots)
    return is_needed and _was_told(slot, frame)


def _otherwise(
    turn: Turn, task: Task, frame: Frame, slot: Slot, wanted: Sequence[str]
) -> Reply | None:
    """With what is wanted for this slot instead."""
    for words in wanted:
        if slot.is_text and _DENIED.is_in(words):
            continue
        told = slot.hear_anew(_heard(turn, frame, slot, words))
        now = replaced(frame.slots, told, slot)
        if told and now != dict(frame.slots):
            return _again(turn, task, replace(frame, slots=now, asks=None))
    return None


def _looked_for(
    turn: Turn, task: Task, frame: Frame, filled: Sequence[Slot], wanted: Sequence[str]
) -> Reply | None:
    """What is named but not in the list, where only a part of the list was read."""
    for slot in filled:
        look_up = slot.look_up
        if look_up is None or not look_up.by_name:
            continue
        names_one = any(quoted(each) or SAID[look_up.by_name](each) for each in wanted)
        is_meant = names_one or _OTHER.is_in(turn.said) or _names(slot, wanted)
        if is_meant and known.was_narrowed(look_up.tool, turn.state.results):
            kept = without(frame.slots, slot)
            kept.pop(look_up.by_name, None)
            sentence = wanted[0] if wanted else ""
            now = replace(frame, slots=kept, asks=None, sentence=sentence)
            return proposing.asked(turn, task, slot, with_frame(turn.frames, now))
    return None


def _names(slot: Slot, wanted: Sequence[str]) -> bool:
    """Whether "no, Welcome popup" names one without saying that it does."""
    kind = _KINDS.get(slot.look_up.tool if slot.look_up else "")
    return kind is not None and any(
        kind.is_in(each) and not _DENIED.is_in(each) for each in wanted
    )


def _was_told(slot: Slot, frame: Frame) -> bool:
    return any(field in frame.slots for field in slot.fills)


def _heard(turn: Turn, frame: Frame, slot: Slot, wanted: str) -> Heard:
    """A text is only heard as one where the former one is named as wrong."""
    former = [folded(frame.slots.get(field, "")) for field in slot.fills]
    names_it = any(each and each in folded(turn.said) for each in former)
    asked = names_it if slot.is_text else True
    return turn.heard(wanted, asked=asked, slots=without(frame.slots, slot))


def _other(
    turn: Turn, task: Task, frame: Frame, filled: Sequence[Slot]
) -> Reply | None:
    """The only other one there is, or the question which."""
    for slot in filled:
        there = asking.choices(turn, slot, frame)
        if not there:
            continue
        others = [each for each in there if each.id not in frame.slots.values()]
        if len(others) == 1:
            told = _chosen(turn, slot, frame, others[0])
            if told:
                now = replaced(frame.slots, told, slot)
                return _again(turn, task, replace(frame, slots=now, asks=None))
        slots = without(frame.slots, slot)
        open_ = replace(frame, slots=slots, asks=None, sentence="")
        reply = proposing.asked(turn, task, slot, with_frame(turn.frames, open_))
        return reply.after(turn.say("flow.which_other"))
    return None


def _chosen(turn: Turn, slot: Slot, frame: Frame, one: Named) -> dict[str, str]:
    text = one.name if one.id == one.name else f"{one.name} ({one.id})"
    slots = without(frame.slots, slot)
    return dict(slot.hear(turn.heard(text, asked=True, slots=slots)))


def _again(turn: Turn, task: Task, frame: Frame) -> Reply:
    now = replace(frame, sentence="")
    reply = proposing.went_on(turn, task, with_frame(turn.frames, now))
    return (
        reply
        if reply.calls and not reply.text
        else reply.after(turn.say("flow.corrected"))
    )
