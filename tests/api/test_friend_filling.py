"""The list of friends is filled from LINE's own as often as somebody wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.callers import Role
from marketing_agent.sandbox.line import AccountType
from marketing_agent.services.friend_filling import fill_friends

if TYPE_CHECKING:
    from tests.desk import Desk, Json

_PATH = "/api/v1/friend-filling"


async def _shown(desk: Desk) -> Json:
    token = desk.tokens.token_for(desk.caller())
    answer = await desk.http.get(_PATH, headers={"Authorization": f"Bearer {token}"})
    return dict(answer.json())


async def test_a_person_begins_it_again_and_sees_how_far_it_is(desk: Desk) -> None:
    """A verified account's friend is found, and the next time nobody is new."""
    desk.line.account_type = AccountType.VERIFIED
    desk.line.add_user("はな", user_id="U" + "1" * 32)
    await fill_friends(desk.ground, desk.merchant_id)
    await desk.line.follow("U" + "1" * 32)

    for new in (1, 0):
        begun = await desk.post(_PATH, {})
        assert begun.status_code == 202
        await fill_friends(desk.ground, desk.merchant_id)
        shown = await _shown(desk)
        assert (shown["state"], shown["listed"], shown["new"]) == ("done", 1, new)


async def test_a_viewer_may_look_and_not_begin(desk: Desk) -> None:
    """Beginning is a change, and so a person's who may change things."""
    viewer = desk.caller(role=Role.VIEWER)
    assert (await desk.post(_PATH, {}, viewer)).status_code == 403
