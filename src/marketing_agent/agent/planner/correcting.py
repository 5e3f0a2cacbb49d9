"""Taking something back that was said before: another value for a slot that is filled.

"No, the other form", "not Spring, Summer", "I meant the phone". Where it stays open
which other one is meant, the question comes back; nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import asking, proposing
from marketing_agent.agent.planner.frames import Frame, with_frame
from marketing_agent.agent.planner.marks import is_question
from marketing_agent.agent.planner.tasks import TASKS, Slot, Task, replaced, without
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.agent.planner.slots.heard import Heard
    from marketing_agent.agent.planner.slots.named import Named
    from marketing_agent.agent.planner.turn import Reply, Turn

_TAKES_BACK: Final = re.compile(
    r"^(?:oh |ah )?(?:no|nope|sorry|wait|oops|actually|not)\b|\bi meant?\b|, not \w"
    r"|^(?:いや|いいえ|違|ちが|すみません)|ではなく|じゃなく|間違|のつもり"
    r"|^(?:不是|不對|不,|抱歉)|我是說|而不是|^(?:ไม่|ผิด|ขอโทษ)|หมายถึง|ไม่ใช่"
)
_OTHER: Final = re.compile(
    r"\b(?:the )?(?:other|another|different)\b|もう一つ|もうひとつ|もう1つ|別の"
    r"|ほかの|他の"
    r"|另一|另外一|別的|其他|อีกอัน|อีกแบบ|อันอื่น|อื่น|อีกตัว"
)
_WANTED: Final = (
    re.compile(r"\bi (?:meant|mean)\s+(?:the\s+)?(.+)$", re.IGNORECASE),
    re.compile(r"^(.+?),?\s+(?:and\s+)?not\s+.+$", re.IGNORECASE),
    re.compile(r"\bnot\s+[^,;.]+[,;.]\s*(?:but\s+)?(.+)$", re.IGNORECASE),
    re.compile(r"(?:ではなくて?|じゃなくて?)[、,]?\s*(.+)$"),
    re.compile(r"不是[^,\uff0c、]+[,\uff0c、]\s*(?:是|而是)?(.+)$|我是說\s*(.+)$"),
    re.compile(r"ไม่ใช่\s*\S+\s+(?:แต่เป็น|เป็น)?\s*(.+)$|หมายถึง\s*(.+)$"),
    re.compile(
        r"^(?:no|nope|sorry|wait|oops|actually|いや|いいえ|不,|不對)[、,.\s]+(.+)$",
        re.IGNORECASE,
    ),
)


def corrected(turn: Turn, frame: Frame) -> Reply | None:
    """The write in the making with another value; None if nothing is taken back."""
    task = TASKS.get(frame.about)
    spoken = folded(turn.said)
    if task is None or is_question(turn.said) or not _TAKES_BACK.search(spoken):
        return None
    filled = [slot for slot in reversed(task.slots) if _was_told(slot, frame)]
    if _OTHER.search(spoken):
        return _other(turn, task, frame, filled)
    wanted = _wanted(turn.said)
    for slot in filled if wanted else ():
        told = slot.hear(_heard(turn, frame, slot, wanted))
        now = replaced(frame.slots, told, slot)
        if told and now != dict(frame.slots):
            return _again(turn, task, replace(frame, slots=now, asks=None))
    return None


def _was_told(slot: Slot, frame: Frame) -> bool:
    return any(field in frame.slots for field in slot.fills)


def _heard(turn: Turn, frame: Frame, slot: Slot, wanted: str) -> Heard:
    """A text is only heard as one where the former one is named as wrong."""
    former = [folded(frame.slots.get(field, "")) for field in slot.fills]
    names_it = any(each and each in folded(turn.said) for each in former)
    asked = names_it if slot.is_text else True
    return turn.heard(wanted, asked=asked, slots=without(frame.slots, slot))


def _wanted(said: str) -> str:
    for pattern in _WANTED:
        if found := pattern.search(said.strip(" .。!")):
            return next(part for part in found.groups() if part).strip(" .。!")
    return ""


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
