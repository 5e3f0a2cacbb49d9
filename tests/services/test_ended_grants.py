"""LINE is told when a link ends: the customer's grant is given back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.services import erasure
from tests.services.undo_story import UNLINK_HANA, make, two_customers

if TYPE_CHECKING:
    from tests.desk import Desk

_PATH = "/user/v1/deauthorize"


def _given_back(desk: Desk) -> list[int]:
    return [call.status for call in desk.line.calls if call.path == _PATH]


async def test_a_merchants_unlink_gives_the_grant_back(desk: Desk) -> None:
    """Once Klaviyo's profile is clean, LINE ends what the customer granted; once."""
    await two_customers(desk)
    assert _given_back(desk) == []

    await make(desk, "unlink_friend", UNLINK_HANA)
    await desk.work()
    await desk.work()

    assert _given_back(desk) == [204]


async def test_an_erasure_gives_the_grant_back(desk: Desk) -> None:
    """The token is deleted with everything else, but not before it has served."""
    await two_customers(desk)

    await make(desk, "erase_friend", UNLINK_HANA)
    await desk.work()
    await erasure.forget_people(desk.ground, desk.merchant_id)

    assert _given_back(desk) == [204]
    assert (await desk.counts())["login_tokens"] == 0
