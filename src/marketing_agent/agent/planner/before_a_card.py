"""The words before a card: what was looked at, and what it would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.defaults import FILLED_IN
from marketing_agent.agent.planner.telling import told
from marketing_agent.agent.planner.texts import capped

if TYPE_CHECKING:
    from marketing_agent.agent.planner.frames import Frame
    from marketing_agent.agent.planner.tasks import Task
    from marketing_agent.agent.planner.turn import Turn

_FILLED_IN: Final = frozenset({"create_qr_link", "configure_form_linkage"})
"""What the set-up proposes with values that nobody told."""


def before_the_card(turn: Turn, task: Task, frame: Frame) -> str:
    """What was looked at, what the card means, and that it is to be checked."""
    results = turn.state.results
    lines = [told(turn, results[look.tool]).text for look in task.looks if look.is_told]
    if task.facts is not None:
        facts = task.facts(frame.slots, results)
        way = facts.get("way") or facts.get("decision")
        key = f"propose.{task.tool}_{way}" if way else f"propose.{task.tool}"
        shown = {name: capped(value) for name, value in facts.items()}
        lines.append(turn.say(key, **shown))
    if FILLED_IN in frame.slots and task.tool in _FILLED_IN:
        lines.append(turn.say("setup.filled_in"))
    return "\n\n".join([*lines, turn.say("flow.proposed")])
