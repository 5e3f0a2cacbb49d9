"""Deciding about a held pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.slots import known, reviews
from marketing_agent.agent.planner.tasks.task import LookUp, Slot, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.tasks.task import Results, Slots

SHOWN_BY: Final = "query_linkage_status"


def _resolved(slots: Slots, results: Results) -> dict[str, Any]:
    item = known.review(slots["version"], results)
    return {
        "line_user_id": item.line_user_id if item else "",
        "profile_id": slots["profile_id"],
        "decision": slots["decision"],
        "version": slots["version"],
    }


def _meaning(slots: Slots, _: Results) -> Mapping[str, str]:
    return {"decision": slots["decision"]}


REVIEWS: Final = (
    Task(
        tool="resolve_conflict",
        steps=(
            Slot(
                name="review",
                hear=reviews.item,
                fills=("version",),
                look_up=LookUp(tool=SHOWN_BY, choices=known.reviews),
            ),
            Slot(
                name="profile",
                hear=reviews.profile,
                fills=("profile_id",),
                look_up=LookUp(tool=SHOWN_BY, choices=reviews.profiles),
            ),
            Slot(name="decision", hear=reviews.decision, fills=("decision",)),
        ),
        arguments=_resolved,
        changeable=("decision",),
        facts=_meaning,
    ),
)
