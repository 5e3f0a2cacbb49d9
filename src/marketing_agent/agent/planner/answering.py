"""What the merchant's next sentence, or a look-up, does to a write in the making."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import proposing
from marketing_agent.agent.planner.frames import CHANGE, PROPOSED, Frame, with_frame
from marketing_agent.agent.planner.marks import QUOTED, VARIABLE
from marketing_agent.agent.planner.moments import Moment
from marketing_agent.agent.planner.slots.answers import wants_again, yes_or_no
from marketing_agent.agent.planner.tasks import TASKS, Slot, Task, replaced
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from marketing_agent.agent.planner.turn import Reply, Turn

_FEW_WORDS: Final = 3
_FEW_CHARACTERS: Final = 14
_MAY_BE_A_NAME: Final = (
    "create_qr_link",
    "update_qr_link",
    Moment.OUT_OF_SCOPE,
    Moment.GREETING,
    Moment.THANKS,
)
"""What a short name such as "Summer sale" may sound like."""
_NEAR: Final = {
    "signals": ("create_qr_link", "update_qr_link", "explain"),
    "slug": ("show_qr_links", "delete_qr_link", "update_qr_link"),
    "contents": ("create_qr_link", "update_qr_link"),
    "line_user_id": ("query_linkage_status", "unlink_friend"),
    "change_id": ("undo_change", "show_changes"),
}
"""What an answer may sound like although it only names the thing."""


def looked_up(turn: Turn) -> Reply | None:
    """Go on after the read that a question needed; None if none was waiting."""
    frame = turn.state.frame
    task = TASKS.get(frame.about) if frame else None
    slot = task.slot(frame.asks) if frame and task else None
    if frame is None or task is None or slot is None:
        return None
    if slot.look_up != turn.state.fresh[-1].tool:
        return None
    told = slot.hear(turn.heard(frame.sentence))
    now = replace(frame, slots={**frame.slots, **told})
    return proposing.went_on(turn, task, with_frame(turn.frames, now))


def answered(turn: Turn, frame: Frame) -> Reply | None:
    """The next step if the sentence answers the frame's question; None if not."""
    task = TASKS.get(frame.about)
    if task is None or frame.asks is None:
        return None
    if frame.asks in {CHANGE, PROPOSED}:
        return _otherwise(turn, task, frame)
    slot = task.slot(frame.asks)
    told = slot.hear(turn.heard(turn.said, asked=True)) if slot else {}
    if slot is None or not told or not _is_answer(turn, frame, slot):
        return None
    outright = proposing.heard(turn, task, turn.said)
    slots = {**outright, **frame.slots, **told}
    now = replace(frame, slots=slots, sentence=frame.sentence or turn.said)
    return proposing.went_on(turn, task, with_frame(turn.frames, now))


def corrected(turn: Turn, frame: Frame, words: str) -> Reply | None:
    """The same proposal with what the merchant's words change; None if nothing."""
    task = TASKS[frame.about]
    slots = dict(frame.slots)
    for slot in task.slots:
        if slot.name in task.changeable:
            slots = replaced(slots, slot.hear(turn.heard(words)), slot)
    if slots == dict(frame.slots):
        return None
    now = replace(frame, slots=slots, asks=None)
    return proposing.went_on(turn, task, with_frame(turn.frames, now))


def _otherwise(turn: Turn, task: Task, frame: Frame) -> Reply | None:
    """After a card that was not carried out: another value, or once more."""
    if otherwise := corrected(turn, frame, turn.said):
        return otherwise
    for slot in task.slots:
        name = f"quick.change_{slot.name}"
        if turn.wording.has(name) and folded(turn.say(name)) == folded(turn.said):
            kept = {k: v for k, v in frame.slots.items() if k not in slot.fills}
            now = replace(frame, slots=kept)
            return proposing.asked(turn, task, slot, with_frame(turn.frames, now))
    if wants_again(turn.said) or folded(turn.say("quick.retry")) == folded(turn.said):
        once_more = with_frame(turn.frames, replace(frame, asks=None))
        return proposing.went_on(turn, task, once_more)
    return None


def _is_answer(turn: Turn, frame: Frame, slot: Slot) -> bool:
    """Whether it is an answer rather than something else in between."""
    verdict, said = turn.verdict, turn.said
    if slot.name == "name":
        # "Call it Spring" sounds like calling it off.
        if _is_named(turn, slot):
            return True
        if not QUOTED.search(said):
            return _is_bare_name(turn)
    if not verdict.is_clear or _is_short(said):
        return not turn.means(Moment.CANCEL)
    return verdict.best in {frame.about, *_NEAR.get(slot.name, ())}


def _is_bare_name(turn: Turn) -> bool:
    if VARIABLE.search(turn.said) or yes_or_no(turn.said) is not None:
        return False
    if not turn.verdict.is_clear:
        return True
    return turn.means(*_MAY_BE_A_NAME) and _is_short(turn.said)


def _is_named(turn: Turn, slot: Slot) -> bool:
    return bool(slot.hear(turn.heard(turn.said)))


def _is_short(said: str) -> bool:
    bare = said.strip()
    if bare.isascii():
        return len(bare.split()) <= _FEW_WORDS
    return len(bare) <= _FEW_CHARACTERS
