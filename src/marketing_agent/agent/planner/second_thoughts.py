"""What speaks against a meaning although the sentence sounds like it.

A question about how things are changes nothing, and words of ending begin nothing. Such
a verdict is not overruled by another one: the planner asks, or looks.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.slots.answers import removing
from marketing_agent.agent.planner.slots.heard import Heard
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from marketing_agent.agent.planner.matcher import Verdict

_ASKS: Final = re.compile(
    r"^(?:and |so |but |please )?(?:how|why|what|whats|which|when|where|who|whose|does|did"
    r"|is|isnt|are|arent|was|were|has|(?:do|have|should) (?:i|we|you|they|our|my|the)"
    r"|(?:can |could )?(?:you )?(?:explain|tell me (?:what|how|why|who|when|about)))\b"
)
_ASKS_IN_JAPANESE: Final = re.compile(
    r"とは[?。]*$|とは何|って何|何ですか|仕組み|なぜ|どうして|どうなり|どうなる|誰が|いつ"
    r"|の違い|(?<!よろしい)ですか[?。]*$"
)
_MORE_AFTER: Final = re.compile(r"[?](?=.*\w)")
_TAKES_BACK: Final = re.compile(
    r"\bundo\b|\brevert\b|\broll (?:it |that |this )?back\b|元に戻|復元|復活"
)
_BEGINS: Final = frozenset(
    {
        "configure_form_linkage",
        "create_qr_link",
        "create_segment",
        "start_import",
    }
)
_UNDO: Final = "undo_change"


def second_thoughts(verdict: Verdict, said: str, writes: AbstractSet[str]) -> Verdict:
    """The verdict without a write that the sentence itself speaks against."""
    spoken = folded(said).strip()
    if len(verdict.ranked) == 1:
        return verdict
    if _only_asks(spoken):
        return _without(verdict, writes)
    if _TAKES_BACK.search(spoken) and verdict.best in writes - {_UNDO}:
        return _in_doubt(verdict)
    if verdict.best in _BEGINS and removing(Heard(text=said)):
        return _in_doubt(verdict)
    return verdict


def _only_asks(spoken: str) -> bool:
    if _MORE_AFTER.search(spoken):
        return False
    asks = _ASKS.search(spoken) or _ASKS_IN_JAPANESE.search(spoken)
    return asks is not None


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
