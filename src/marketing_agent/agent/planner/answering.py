"""What the merchant's next sentence, or a look-up, does to a write in the making."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import proposing, unanswered
from marketing_agent.agent.planner.frames import CHANGE, PROPOSED, Frame, with_frame
from marketing_agent.agent.planner.marks import QUOTED, VARIABLE, is_question
from marketing_agent.agent.planner.moments import Moment
from marketing_agent.agent.planner.second_thoughts import only_asks
from marketing_agent.agent.planner.slots.answers import wants_again, yes_or_no
from marketing_agent.agent.planner.tasks import TASKS, Slot, Task, replaced, without
from marketing_agent.agent.planner.tasks.task import LOOKING
from marketing_agent.agent.planner.unanswered import is_short, may_be_a_name
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.turn import Reply, Turn

_CHOSEN: Final = re.compile(r"\([0-9A-Za-z_-]+\)$")
"""How the choices that are offered as quick replies end."""
_FORMS: Final = frozenset({"list_forms", "show_form_linkage", "remove_form_linkage"})
_SEGMENTS: Final = frozenset({"list_segments", "show_segments", "create_segment"})
_NEAR: Final[Mapping[str, frozenset[str]]] = {
    "signals": frozenset({"create_qr_link", "update_qr_link", "explain"}),
    "slug": frozenset({"show_qr_links", "delete_qr_link", "update_qr_link"}),
    "contents": frozenset({"create_qr_link", "update_qr_link"}),
    "line_user_id": frozenset(
        {"query_linkage_status", "unlink_friend", "erase_friend"}
    ),
    "change_id": frozenset({"undo_change", "show_changes"}),
    "form": _FORMS | {"configure_form_linkage", "create_qr_link"},
    "linked_form": _FORMS | {"configure_form_linkage"},
    "form_contents": _FORMS | {"configure_form_linkage", "explain"},
    "trigger": _FORMS | {"configure_form_linkage", "explain"},
    "landing_page": _FORMS | {"configure_form_linkage", "show_qr_links"},
    "segment": _SEGMENTS | {"start_import", "show_import"},
    "own_segment": _SEGMENTS | {"delete_segment"},
    "conditions": _SEGMENTS | {"query_linkage_status", "unlink_friend"},
    "day": _SEGMENTS | {"query_linkage_status"},
    "decision": frozenset({"resolve_conflict", Moment.CANCEL, "unlink_friend"}),
    "review": frozenset({"resolve_conflict", "query_linkage_status"}),
    "profile": frozenset({"resolve_conflict", "query_linkage_status"}),
    "on": frozenset({"set_auto_link", "set_integration", Moment.CANCEL}),
    "symptom": frozenset({"diagnose_linkage", "query_linkage_status", "explain"}),
}
"""What an answer may sound like although it only names the thing."""


def looked_up(turn: Turn) -> Reply | None:
    """Go on after the read that a question needed; None if none was waiting."""
    frame = turn.state.frame
    task = TASKS.get(frame.about) if frame else None
    if frame is None or task is None:
        return None
    tool = turn.state.fresh[-1].tool
    if frame.asks == LOOKING:
        is_it = any(look.tool == tool for look in task.looks)
        return proposing.went_on(turn, task, turn.frames) if is_it else None
    slot = task.slot(frame.asks)
    if slot is None or slot.look_up is None or slot.look_up.tool != tool:
        return None
    told = proposing.said_before(turn, slot, frame)
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
    if slot is None:
        return None
    told = slot.hear(turn.heard(turn.said, asked=True, slots=frame.slots))
    if not told:
        return unanswered.went_on(turn, task, slot, frame)
    if not _is_answer(turn, frame, slot):
        return None
    outright = proposing.heard(turn, task, turn.said)
    slots = {**outright, **replaced(frame.slots, told, slot)}
    now = replace(frame, slots=slots, sentence=frame.sentence or turn.said)
    return proposing.went_on(turn, task, with_frame(turn.frames, now))


def corrected(turn: Turn, frame: Frame, words: str) -> Reply | None:
    """The same proposal with what the merchant's words change; None if nothing."""
    task = TASKS[frame.about]
    slots = dict(frame.slots)
    for slot in task.slots:
        if slot.name in task.changeable:
            asked = not slot.is_text and is_short(words) and not is_question(words)
            told = slot.hear_anew(turn.heard(words, asked=asked, slots=slots))
            slots = replaced(slots, told, slot)
    if slots == dict(frame.slots):
        return None
    now = replace(frame, slots=slots, asks=None)
    return proposing.went_on(turn, task, with_frame(turn.frames, now))


def _otherwise(turn: Turn, task: Task, frame: Frame) -> Reply | None:
    """After a card that was not carried out: another value, or once more."""
    otherwise = None if only_asks(turn.said) else corrected(turn, frame, turn.said)
    if otherwise is not None:
        return otherwise
    for slot in task.slots:
        name = f"quick.change_{slot.name}"
        if turn.wording.has(name) and folded(turn.say(name)) == folded(turn.said):
            now = replace(frame, slots=without(frame.slots, slot))
            return proposing.asked(turn, task, slot, with_frame(turn.frames, now))
    if wants_again(turn.said) or folded(turn.say("quick.retry")) == folded(turn.said):
        once_more = with_frame(turn.frames, replace(frame, asks=None))
        return proposing.went_on(turn, task, once_more)
    return None


def _is_answer(turn: Turn, frame: Frame, slot: Slot) -> bool:
    """Whether it is an answer rather than something else in between."""
    verdict, said = turn.verdict, turn.said
    if slot.is_text:
        # "Call it Spring" sounds like calling it off.
        if _is_named(turn, frame, slot):
            return True
        if not QUOTED.search(said):
            return _is_bare_name(turn)
    if slot.look_up is not None and _CHOSEN.search(said):
        return True
    asks = is_question(said) or only_asks(said)
    if asks and verdict.is_clear and verdict.best != frame.about:
        return False
    near = _NEAR.get(slot.name, frozenset[str]())
    if not verdict.is_clear or is_short(said):
        return Moment.CANCEL in near or not turn.means(Moment.CANCEL)
    return verdict.best == frame.about or verdict.best in near


def _is_bare_name(turn: Turn) -> bool:
    if VARIABLE.search(turn.said) or yes_or_no(turn.said) is not None:
        return False
    if not turn.verdict.is_clear:
        return not only_asks(turn.said)
    return may_be_a_name(turn)


def _is_named(turn: Turn, frame: Frame, slot: Slot) -> bool:
    return bool(slot.hear(turn.heard(turn.said, slots=frame.slots)))
