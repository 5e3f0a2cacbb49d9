"""Check it now: a live look at what was saved here and finished by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import asking
from marketing_agent.agent.planner.marks import is_question
from marketing_agent.agent.planner.slots.words import Concept
from marketing_agent.agent.planner.turn import Call, Reply
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from marketing_agent.agent.planner.turn import Turn

_NOW: Final = Concept("checks_now")
_MOST_WORDS: Final = 16
_IN_A_SETUP: Final = "check_setup"


def wanted(turn: Turn) -> Reply | None:
    """The looks, if the sentence asks for one; None if not, or nothing is waiting."""
    by_name = folded(turn.said) == folded(turn.say("quick.check_now"))
    is_short = len(turn.said.split()) <= _MOST_WORDS
    asks = is_short and _NOW.is_in(turn.said.strip(" .!。"))
    if not by_name and (not asks or _is_other(turn)):
        return None
    calls = _looks(turn)
    if not calls and not by_name:
        return None
    key = "check.now" if calls else "check.nothing"
    return Reply(
        text=turn.say(key),
        calls=calls or (Call(tool="check_setup"),),
        note=asking.kept(turn),
        intent="diagnose_linkage" if calls else "check_setup",
        margin=turn.verdict.margin,
        rule="check now",
    )


def _is_other(turn: Turn) -> bool:
    """The plan's own "check again" and what is plainly something else."""
    frame = turn.state.frame
    waits = frame is not None and frame.asks == _IN_A_SETUP
    return waits or (is_question(turn.said) and turn.verdict.best == "explain")


def _looks(turn: Turn) -> tuple[Call, ...]:
    """The checks of each method, as far as this caller may look."""
    by_hand, calls = turn.state.by_hand, []
    if slug := by_hand.get("qr_link"):
        calls.append(Call(tool="show_qr_links", arguments={"slug": slug}))
        about = {"symptom": "no_linking_url", "slug": slug}
        calls.append(Call(tool="diagnose_linkage", arguments=about))
    if form_id := by_hand.get("form_linkage"):
        about = {"symptom": "no_link_button", "form_id": form_id}
        calls.append(Call(tool="diagnose_linkage", arguments=about))
    return tuple(call for call in calls if call.tool in turn.offered)
