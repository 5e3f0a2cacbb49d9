"""What a sentence does to an open question that it does not answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import asking, proposing
from marketing_agent.agent.planner.frames import with_frame
from marketing_agent.agent.planner.marks import URL, is_question
from marketing_agent.agent.planner.moments import Moment
from marketing_agent.agent.planner.second_thoughts import only_asks
from marketing_agent.agent.planner.slots import known
from marketing_agent.agent.planner.slots.answers import wants_again
from marketing_agent.agent.planner.slots.choosing import NAMED_FORM, NAMED_SEGMENT
from marketing_agent.agent.planner.slots.words import Concept
from marketing_agent.agent.planner.tasks.task import LOOKING
from marketing_agent.core.ngrams import folded
from marketing_agent.core.scripts import THAI

if TYPE_CHECKING:
    from marketing_agent.agent.planner.frames import Frame
    from marketing_agent.agent.planner.tasks import Slot, Task
    from marketing_agent.agent.planner.turn import Reply, Turn

_KEPT: Final = 1000
_FEW_WORDS: Final = 3
_FEW_CHARACTERS: Final = 14
_FEW_THAI_CHARACTERS: Final = 21
"""A word of Thai has more signs than one of Chinese or Japanese."""
_CANNOT_TELL: Final = Concept("cannot_tell")
_MAY_BE_A_NAME: Final = frozenset(
    {
        "create_qr_link",
        "update_qr_link",
        "configure_form_linkage",
        "show_form_linkage",
        "create_segment",
        "show_segments",
        "list_profile_properties",
        "start_import",
        Moment.SETUP,
        Moment.OUT_OF_SCOPE,
        Moment.GREETING,
        Moment.THANKS,
    }
)
"""What a short name such as "Summer sale" may sound like."""
ONLY_NAMED: Final = frozenset({"named_form", "named_segment", "qr_name", "friend_name"})
"""What is called by a name that is in no list: no choice by itself."""
_BY_NAME: Final = frozenset({NAMED_FORM, NAMED_SEGMENT})


def went_on(turn: Turn, task: Task, slot: Slot, frame: Frame) -> Reply | None:
    """The next step all the same; None if the sentence is about something else."""
    if without := _without(turn, task, slot, frame):
        return without
    if is_question(turn.said) or only_asks(turn.said):
        return None
    if reply := _read_again(turn, task, slot, frame):
        return reply
    if turn.verdict.is_clear and not may_be_a_name(turn):
        return None
    return _noted(turn, task, frame) or _searched(turn, task, slot, frame)


def _without(turn: Turn, task: Task, slot: Slot, frame: Frame) -> Reply | None:
    """On without what the merchant cannot tell, where that is possible."""
    if slot.dispensable is None:
        return None
    by_name = folded(turn.said) == folded(turn.say("quick.without_id"))
    if not by_name and not _CANNOT_TELL.is_in(turn.said):
        return None
    slots = {**frame.slots, slot.dispensable: "yes"}
    now = replace(frame, slots=slots, asks=None, sentence="")
    reply = proposing.went_on(turn, task, with_frame(turn.frames, now))
    return reply.after(turn.say(f"without_id.{task.tool}"))


def _read_again(turn: Turn, task: Task, slot: Slot, frame: Frame) -> Reply | None:
    """The read that failed before, for a name or a wish to try again."""
    again = wants_again(turn.said) or folded(turn.said) == folded(
        turn.say("quick.retry")
    )
    if frame.asks == LOOKING and again:
        now = replace(frame, asks=None)
        return proposing.went_on(turn, task, with_frame(turn.frames, now))
    if slot.look_up is None or asking.choices(turn, slot, frame):
        return None
    if again:
        return proposing.asked(turn, task, slot, with_frame(turn.frames, frame))
    if (turn.verdict.is_clear and not may_be_a_name(turn)) or URL.search(turn.said):
        return None
    named = dict.fromkeys(_BY_NAME & {slot.look_up.by_name}, turn.said)
    sentences = f"{turn.said}{proposing.NEWER}{frame.sentence}"
    now = replace(frame, slots={**frame.slots, **named}, sentence=sentences[:_KEPT])
    return proposing.asked(turn, task, slot, with_frame(turn.frames, now))


def _noted(turn: Turn, task: Task, frame: Frame) -> Reply | None:
    """What it tells for other slots of the same task is kept, and asked on."""
    told = proposing.heard(turn, task, turn.said)
    new = {k: v for k, v in told.items() if k not in {*frame.slots, *ONLY_NAMED}}
    if not new:
        return None
    now = replace(frame, slots={**frame.slots, **new}, asks=None)
    return proposing.went_on(turn, task, with_frame(turn.frames, now))


def _searched(turn: Turn, task: Task, slot: Slot, frame: Frame) -> Reply | None:
    """A name that is not in a list which was too long to be shown whole."""
    if slot.look_up is None or URL.search(turn.said):
        return None
    was_cut = known.was_cut(slot.look_up.tool, turn.state.results)
    return proposing.searched(turn, task, slot, frame) if was_cut else None


def may_be_a_name(turn: Turn) -> bool:
    """Whether it is short, and means at most what a name may sound like."""
    return turn.means(*_MAY_BE_A_NAME) and is_short(turn.said)


def is_short(said: str) -> bool:
    """Whether a sentence has a few words only."""
    bare = said.strip()
    if bare.isascii():
        return len(bare.split()) <= _FEW_WORDS
    few = _FEW_THAI_CHARACTERS if THAI.search(bare) else _FEW_CHARACTERS
    return len(bare) <= few
