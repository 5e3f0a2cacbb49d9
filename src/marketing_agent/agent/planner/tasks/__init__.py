"""What a tool needs to be told before it can be called, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.tasks.diagnosis import DIAGNOSIS, slots_of_remedy
from marketing_agent.agent.planner.tasks.forms import FORMS
from marketing_agent.agent.planner.tasks.imports import IMPORTS
from marketing_agent.agent.planner.tasks.people import PEOPLE
from marketing_agent.agent.planner.tasks.qr_codes import QR_CODES
from marketing_agent.agent.planner.tasks.reviews import REVIEWS
from marketing_agent.agent.planner.tasks.segments import SEGMENTS
from marketing_agent.agent.planner.tasks.switches import SWITCHES
from marketing_agent.agent.planner.tasks.task import (
    Look,
    LookUp,
    Slot,
    Task,
    replaced,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "TASKS",
    "Look",
    "LookUp",
    "Slot",
    "Task",
    "replaced",
    "slots_of_remedy",
    "without",
]

TASKS: Final[Mapping[str, Task]] = {
    task.tool: task
    for task in (
        *QR_CODES,
        *FORMS,
        *IMPORTS,
        *SEGMENTS,
        *REVIEWS,
        *SWITCHES,
        *PEOPLE,
        *DIAGNOSIS,
    )
}
"""Every write that the planner can propose, and the reads that may need a choice.

Tools that are not here are called without arguments, if they only read."""
