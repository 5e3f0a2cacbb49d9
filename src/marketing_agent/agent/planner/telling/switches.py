"""How auto-link and the whole integration stand after they were switched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.agent.planner.telling.told import Told, block_of
from marketing_agent.toolbox.integration_tools import Switches

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn


def auto_link(turn: Turn, came: Came) -> Told:
    """On, off, or on and waiting for the integration."""
    block = block_of(Switches, came)
    key = "switches.auto_link_off"
    if block.auto_link_on:
        waits = not block.integration_on
        key = "switches.auto_link_waits" if waits else "switches.auto_link_on"
    return _told(turn, key)


def integration(turn: Turn, came: Came) -> Told:
    """On, or paused with nothing lost."""
    block = block_of(Switches, came)
    way = "on" if block.integration_on else "off"
    return _told(turn, f"switches.integration_{way}")


def _told(turn: Turn, key: str) -> Told:
    return Told(
        text=turn.say(key), quick=turn.quick("undo_change", "query_linkage_status")
    )
