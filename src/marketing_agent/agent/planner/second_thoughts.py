"""What speaks against a meaning although the sentence sounds like it.

A question about how things are changes nothing, words of ending begin nothing, and a
write needs a greater lead than a read. In doubt the planner asks, or only looks.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import is_question, without_values
from marketing_agent.agent.planner.matcher import certain
from marketing_agent.agent.planner.slots import answers
from marketing_agent.agent.planner.slots.answers import is_only_yes_or_no, removing
from marketing_agent.agent.planner.slots.heard import Heard
from marketing_agent.agent.planner.slots.words import Concept
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from marketing_agent.agent.planner.matcher import Verdict

WRITE_MARGIN: Final = 0.6
"""The least lead of a write, more than of a read: chosen on development.yaml."""
_ASKS: Final = Concept("asks")
_ASKS_AT_THE_END: Final = Concept("asks_at_the_end")
_REQUESTS: Final = Concept("requests")
_TAKES_BACK: Final = Concept("takes_back")
_OF_KLAVIYO: Final = Concept("of_klaviyo")
_ONE_MORE: Final = Concept("one_more")
_NOT_SAVED_YET: Final = Concept("not_saved_yet")
_ASKS_WHY: Final = Concept("asks_why")
_EXPLAINED: Final = "explain"
_DIAGNOSED: Final = "diagnose_linkage"
_ABOUT_A_FRIEND: Final = frozenset({_DIAGNOSED, "query_linkage_status"})
"""How somebody's linkage stands, and why: only the second asks why."""
_MORE_AFTER: Final = re.compile(r"[?](?=.*\w)")
_BEGINS: Final = frozenset(
    {
        "configure_form_linkage",
        "create_qr_link",
        "create_segment",
        "start_import",
    }
)
_ENDS: Final[Mapping[str, Callable[[Heard], Mapping[str, str]]]] = {
    "delete_qr_link": answers.deleting,
    "delete_segment": answers.deleting_a_segment,
    "erase_friend": answers.erasing,
    "remove_form_linkage": answers.removing_a_form,
    "stop_import": answers.stopping_the_import,
    "unlink_friend": answers.unlinking,
}
"""What ends something needs its word; without it, it is no rival of what is better."""
_UNDO: Final = "undo_change"
_CHANGES_ONE: Final = "update_qr_link"
_OURS: Final = "show_segments"


def second_thoughts(verdict: Verdict, said: str, writes: AbstractSet[str]) -> Verdict:
    """The verdict without a write that the sentence itself speaks against."""
    spoken = folded(said).strip()
    if len(verdict.ranked) == 1:
        return verdict
    if is_only_yes_or_no(said):
        return _in_doubt(verdict)
    if verdict.best == _OURS and _OF_KLAVIYO.is_in(spoken):
        return _without(verdict, {*writes, _OURS})
    asks = only_asks(said)
    if _NOT_SAVED_YET.is_in(spoken) and (asks or is_question(said)):
        return certain(_EXPLAINED)
    if _ASKS_WHY.is_in(spoken) and set(verdict.ranked[:2]) == _ABOUT_A_FRIEND:
        return certain(_DIAGNOSED)
    if asks:
        return _without(verdict, writes)
    if verdict.best == _CHANGES_ONE and _ONE_MORE.is_in(spoken):
        return _in_doubt(verdict)
    if _TAKES_BACK.is_in(spoken) and verdict.best in writes - {_UNDO}:
        return _in_doubt(verdict)
    heard = Heard(text=without_values(said))
    unsaid = {tool for tool, hear in _ENDS.items() if not hear(heard)}
    led = _without(verdict, unsaid - {verdict.best})
    is_close = led.best in writes and led.margin < WRITE_MARGIN
    if is_close or (led.best in _BEGINS and removing(heard)):
        return _in_doubt(led)
    return led


def only_asks(said: str) -> bool:
    """Whether it asks how things are; "could you do it?" asks for it to be done."""
    spoken = folded(said).strip()
    if _MORE_AFTER.search(spoken):
        return False
    if _ASKS.is_in(spoken):
        return True
    return _ASKS_AT_THE_END.is_in(spoken) and not _REQUESTS.is_in(spoken)


def _without(verdict: Verdict, writes: AbstractSet[str]) -> Verdict:
    both = zip(verdict.ranked, verdict.scores, strict=True)
    kept = [(meaning, score) for meaning, score in both if meaning not in writes]
    return replace(
        verdict,
        ranked=tuple(meaning for meaning, _ in kept),
        scores=tuple(score for _, score in kept),
    )


def _in_doubt(verdict: Verdict) -> Verdict:
    return replace(verdict, is_doubted=True)
