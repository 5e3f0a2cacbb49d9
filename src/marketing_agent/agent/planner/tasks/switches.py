"""Auto-link and the whole integration, on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.slots.switches import on_or_off
from marketing_agent.agent.planner.tasks.task import Slot, Task

if TYPE_CHECKING:
    from marketing_agent.agent.planner.tasks.task import Results, Slots


def _switched(slots: Slots, _: Results) -> dict[str, Any]:
    return {"on": slots["on"] == "on"}


def _task(tool: str) -> Task:
    return Task(
        tool=tool,
        steps=(Slot(name="on", hear=on_or_off, fills=("on",)),),
        arguments=_switched,
        facts=lambda slots, _: {"way": slots["on"]},
    )


SWITCHES: Final = (_task("set_auto_link"), _task("set_integration"))
