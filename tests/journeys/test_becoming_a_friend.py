"""Login and friendship, in whatever order they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.sandbox.line.accounts import Friendship
from marketing_agent.sandbox.line.webhooks import WebhookMode
from tests.house import HANA, eventually

if TYPE_CHECKING:
    from marketing_agent.sandbox.page import Page
    from tests.house import House


def already_a_friend(house: House) -> None:
    """Let Hana have added the account long ago, when nobody listened."""
    house.stage.line.add_user(
        HANA.line_name, user_id=HANA.line_user_id, friendship=Friendship.FRIEND
    )


async def step(house: House, page: Page) -> str:
    """What the script of the page after the login is told."""
    answer = await house.http.get(page.url.replace("/link/done", "/link/progress"))
    return str(answer.json()["step"])


async def test_who_is_already_a_friend_is_linked_at_the_callback(house: House) -> None:
    """No follow event ever comes, and none is needed."""
    already_a_friend(house)
    await house.email_everyone()

    done = await house.join(HANA)
    await house.linked_once(HANA)

    assert done.title == "All done"
    assert house.stage.line.webhooks.deliveries == []


async def test_who_is_no_friend_yet_waits_and_is_linked_by_the_follow(
    house: House,
) -> None:
    """The page asks for the last step, and moves on as soon as it was taken."""
    await house.email_everyone()
    async with house.phone(HANA) as phone:
        landing = await house.landing(phone, HANA)
        page = await house.log_in(phone, landing, add_friend=False)
        await house.never_linked(HANA, "waiting_friend")
        asked_to_add = (page.title, await step(house, page))

        account = await phone.tap(page, "add-friend")
        await phone.submit(account, "line-add-friend")
        await house.linked_once(HANA)
        done = await phone.tap(page, "look-again")

    assert asked_to_add == ("One more step", "add_friend")
    assert (done.title, await step(house, page)) == ("All done", "done")


@pytest.mark.parametrize(
    "mode",
    [
        WebhookMode.EARLY,
        WebhookMode.LATE,
        WebhookMode.HELD,
        WebhookMode.TWICE,
        WebhookMode.MUTE,
    ],
)
async def test_when_and_how_often_the_follow_arrives_changes_nothing(
    house: House, mode: WebhookMode
) -> None:
    """Before the callback, after it, late, twice or never: linked once."""
    house.stage.line.webhooks.mode = mode
    house.stage.line.webhooks.delay = 0.2
    await house.email_everyone()

    await house.join(HANA)
    await house.linked_once(HANA)
    house.stage.line.webhooks.release()
    await house.settled()

    await house.linked_once(HANA)


async def test_a_follow_that_comes_late_links_who_has_waited(house: House) -> None:
    """Until LINE tells of the follow the customer waits, and nothing is lost."""
    line = house.stage.line
    line.webhooks.mode = WebhookMode.HELD
    await house.email_everyone()
    page = await house.join(HANA, add_friend=False)

    await line.follow(HANA.line_user_id)
    await house.never_linked(HANA, "waiting_friend")
    assert await step(house, page) == "add_friend"
    line.webhooks.release()

    await house.linked_once(HANA)
    assert await step(house, page) == "done"


async def test_follow_block_and_follow_out_of_order_end_as_a_friend(
    house: House,
) -> None:
    """LINE's own times decide, not the order of delivery."""
    line = house.stage.line
    await house.email_everyone()
    await house.join(HANA, add_friend=False)
    line.webhooks.mode = WebhookMode.OUT_OF_ORDER

    await line.follow(HANA.line_user_id)
    house.clock.move(seconds=5)
    await line.block(HANA.line_user_id)
    house.clock.move(seconds=5)
    await line.follow(HANA.line_user_id)
    await house.settled()

    info = await house.linked_once(HANA)
    assert info["following"]


async def test_a_customer_who_follows_first_and_reads_the_email_later_is_linked(
    house: House,
) -> None:
    """The follow of long ago counts when the login comes."""
    await house.stage.line.follow(HANA.line_user_id)
    await house.settled()
    house.clock.move(hours=20)
    await house.email_everyone()

    await house.join(HANA)

    await house.linked_once(HANA)


async def test_blocking_the_account_keeps_the_link(house: House) -> None:
    """A block is no unlink: the customer who comes back is still linked."""
    await house.email_everyone()
    await house.join(HANA)
    await house.linked_once(HANA)

    async def following(*, wanted: bool) -> bool:
        return (await house.status(HANA))["following"] is wanted

    await house.stage.line.block(HANA.line_user_id)
    await eventually(lambda: following(wanted=False))
    assert (await house.linked_once(HANA))["linked"]
    await house.stage.line.unblock(HANA.line_user_id)
    await eventually(lambda: following(wanted=True))

    await house.linked_once(HANA)
