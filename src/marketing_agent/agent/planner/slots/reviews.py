"""What is to become of a held pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import LINE_USER_ID
from marketing_agent.agent.planner.slots.friends import friend, line_user_id
from marketing_agent.agent.planner.slots.known import review, reviews
from marketing_agent.agent.planner.slots.named import Named, candidates
from marketing_agent.agent.planner.slots.words import Concept
from marketing_agent.services.review_decisions import Decision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard
    from marketing_agent.agent.planner.tasks.task import Results, Slots

_KEEP: Final = Concept("keep")
_REPLACE: Final = Concept("replace")
_REFUSED: Final = Concept("decision_refused")


def decision(heard: Heard) -> Mapping[str, str]:
    """`keep` or `replace` if exactly one of them is said and not denied."""
    keep, replace = _KEEP.is_in(heard.text), _REPLACE.is_in(heard.text)
    if _REFUSED.is_in(heard.text) or keep == replace:
        return {}
    return {"decision": (Decision.KEEP if keep else Decision.REPLACE).value}


def item(heard: Heard) -> Mapping[str, str]:
    """The review item of the friend named; the only one, if none is named.

    Before the items are known, the friend alone.
    """
    waiting = reviews(heard.results, heard.slots)
    if waiting is None:
        return friend(heard)
    named = line_user_id(heard).get("line_user_id")
    ids = LINE_USER_ID.search(heard.text)
    if ids is None and len(waiting) == 1:
        return _told(waiting[0])
    found = [each for each in waiting if each.name == named]
    return _told(found[0]) if len(found) == 1 else {}


def _told(item: Named) -> Mapping[str, str]:
    return {"version": item.id, "line_user_id": item.name}


def profiles(results: Results, slots: Slots) -> list[Named] | None:
    """The profiles of the item that was chosen."""
    found = review(slots.get("version", ""), results)
    if found is None:
        return None
    return [
        Named(
            id=each.profile_id,
            name=each.profile_id,
            kind="taken" if each.linked_to else "",
            facts={"friend": each.linked_to or ""},
        )
        for each in found.candidates
    ]


def profile(heard: Heard) -> Mapping[str, str]:
    """The profile named; the only one, if there is no choice."""
    there = profiles(heard.results, heard.slots) or []
    fitting = there if len(there) == 1 else candidates(heard.text, there)
    return {"profile_id": fitting[0].id} if len(fitting) == 1 else {}
