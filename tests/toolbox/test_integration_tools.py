"""The two switches, as the merchant is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.desk import Desk


@pytest.mark.parametrize(
    ("tool", "on", "said"),
    [
        ("set_auto_link", False, "is off. Attempts that wait are kept"),
        ("set_auto_link", True, "phone number is on."),
        ("set_integration", False, "is paused. Nobody is linked"),
        ("set_integration", True, "is on. What waited is caught up now."),
    ],
)
async def test_a_switch_says_what_it_does(
    desk: Desk, tool: str, on: object, said: str
) -> None:
    """And shows how both stand."""
    approval = await desk.approve(tool, {"on": on})
    answer = (await desk.call(tool, {"on": on}, approval=approval)).json()

    assert said in answer["text"]
    assert answer["block"] == {
        "integration_on": on if tool == "set_integration" else True,
        "auto_link_on": on if tool == "set_auto_link" else True,
    }


async def test_auto_link_says_when_the_integration_holds_it_up(desk: Desk) -> None:
    """Turned on alone, it would promise what does not happen."""
    await desk.write("set_integration", {"on": False})
    approval = await desk.approve("set_auto_link", {"on": True})
    answer = await desk.call("set_auto_link", {"on": True}, approval=approval)

    assert "which is paused" in answer.json()["text"]


async def test_the_neighbour_has_switches_of_their_own(desk: Desk) -> None:
    """Pausing one merchant pauses nobody else."""
    await desk.write("set_integration", {"on": False})
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    call = {"on": False}
    approved = await desk.ask_approval("set_auto_link", call, neighbour)
    answer = await desk.call(
        "set_auto_link",
        call,
        approval=approved.json()["approval_id"],
        caller=neighbour,
    )

    assert answer.json()["block"] == {"integration_on": True, "auto_link_on": False}


async def test_changes_are_told_in_words(desk: Desk) -> None:
    """As in the list of what was changed."""
    await desk.write("set_integration", {"on": False})
    await desk.write("set_auto_link", {"on": False})
    listed = (await desk.call("show_changes")).json()["text"]

    assert "Paused the integration" in listed
    assert "Turned auto-link off" in listed
