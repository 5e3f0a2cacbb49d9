"""How the two switches stand, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.api.asking import ask

if TYPE_CHECKING:
    from tests.desk import Desk


async def test_both_switches_are_told(desk: Desk) -> None:
    """Each as it stands, and the neighbour's are others."""
    await desk.write("set_auto_link", {"on": False})

    told = (await ask(desk, "GET", "/switches")).json()
    assert told == {"integration_on": True, "auto_link_on": False}
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    theirs = (await ask(desk, "GET", "/switches", caller=neighbour)).json()
    assert theirs == {"integration_on": True, "auto_link_on": True}
