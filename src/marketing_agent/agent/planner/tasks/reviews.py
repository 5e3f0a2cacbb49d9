"""Deciding about a held pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.slots import known, reviews
from marketing_agent.agent.planner.tasks.task import Look, LookUp, Slot, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.tasks.task import Results, Slots

SHOWN_BY: Final = "query_linkage_status"


_ARGUMENTS: Final = ("line_user_id", "profile_id", "decision", "version")


def _resolved(slots: Slots, _: Results) -> dict[str, Any]:
    return {field: slots[field] for field in _ARGUMENTS}


def _waits(results: Results, slots: Slots) -> Mapping[str, str] | None:
    return {} if known.review(slots["version"], results) else None


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
                clears=("line_user_id", "profile_id", "decision"),
                look_up=LookUp(tool=SHOWN_BY, choices=known.reviews),
            ),
            Slot(
                name="profile",
                hear=reviews.profile,
                fills=("profile_id",),
                look_up=LookUp(tool=SHOWN_BY, choices=reviews.profiles),
            ),
            Slot(name="decision", hear=reviews.decision, fills=("decision",)),
            Look(
                tool=SHOWN_BY,
                arguments=lambda _: {},
                sees=_waits,
                instead="review",
            ),
        ),
        arguments=_resolved,
        changeable=("decision",),
        facts=_meaning,
    ),
)
