"""One friend, and the changes that were made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.slots import answers, friends, known
from marketing_agent.agent.planner.tasks.task import LookUp, Slot, Task

if TYPE_CHECKING:
    from marketing_agent.agent.planner.tasks.task import Results, Slots


def _of_friend(slots: Slots, _: Results) -> dict[str, Any]:
    return {"line_user_id": slots["line_user_id"]}


def _of_one_or_all(slots: Slots, _: Results) -> dict[str, Any]:
    return {field: slots[field] for field in ("line_user_id",) if field in slots}


def _of_change(slots: Slots, _: Results) -> dict[str, Any]:
    return {"change_id": int(slots["change_id"])}


_FRIEND: Final = Slot(name="line_user_id", hear=friends.friend, fills=("line_user_id",))

PEOPLE: Final = (
    Task(
        tool="unlink_friend",
        steps=(
            Slot(name="meant", hear=answers.unlinking, fills=("meant",)),
            _FRIEND,
        ),
        arguments=_of_friend,
        changeable=("line_user_id",),
    ),
    Task(
        tool="erase_friend",
        steps=(Slot(name="meant", hear=answers.erasing, fills=("meant",)), _FRIEND),
        arguments=_of_friend,
        changeable=("line_user_id",),
        facts=_of_friend,
    ),
    Task(
        tool="query_linkage_status",
        steps=(
            replace(
                _FRIEND,
                fills=("line_user_id", "without_id"),
                dispensable="without_id",
            ),
        ),
        arguments=_of_one_or_all,
    ),
    Task(
        tool="undo_change",
        steps=(
            Slot(
                name="change_id",
                hear=answers.change_id,
                fills=("change_id",),
                look_up=LookUp(tool="show_changes", choices=known.undoable),
            ),
        ),
        arguments=_of_change,
        seen_by="show_changes",
    ),
)
