"""Webhooks out: their signature, and every way in which they misbehave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from marketing_agent.sandbox.line import Bot, LineWorld, WebhookMode
from marketing_agent.sandbox.line.events import signature
from marketing_agent.sandbox.phone import Phone
from tests.sandbox.line.stage import MESSAGING, Clock, Merchant, authorize_url

if TYPE_CHECKING:
    from marketing_agent.sandbox.network import Network


def test_the_signature_is_lines() -> None:
    """The known answer of LINE's "Verify webhook signature" page."""
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'

    signed = signature("8c570fa6dd201bb328f1c1eac23a96d8", body)

    assert signed == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


async def test_a_webhook_is_signed_over_its_raw_bytes(
    world: LineWorld, merchant: Merchant, clock: Clock
) -> None:
    """The header signs exactly the bytes that arrive; the envelope names the bot."""
    hana = world.add_user("はな")

    await world.follow(hana)
    await world.webhooks_settled()

    headers, body = merchant.received[0]
    event = merchant.events()[0]
    assert headers["x-line-signature"] == signature(MESSAGING.secret, body)
    assert f'"destination":"{world.bot.user_id}"'.encode() in body
    assert event["timestamp"] == int(clock().timestamp() * 1000)
    assert event["mode"] == "active"
    assert event["deliveryContext"] == {"isRedelivery": False}
    assert re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", str(event["webhookEventId"]))


async def test_only_changes_of_friendship_are_events(
    world: LineWorld, merchant: Merchant
) -> None:
    """A second follow, a block by a stranger and an idle unblock send nothing."""
    hana, ken = world.add_user("はな"), world.add_user("ケンタ")

    await world.block(ken)
    await world.unblock(ken)
    for move in (world.follow, world.follow, world.block, world.block, world.unblock):
        await move(hana)
        await world.webhooks_settled()

    assert merchant.types() == ["follow", "unfollow", "follow"]
    assert [event.get("follow") for event in merchant.events()] == [
        {"isUnblocked": False},
        None,
        {"isUnblocked": True},
    ]
    assert "replyToken" not in merchant.events()[1]


async def test_early_arrives_before_the_callback(
    network: Network, world: LineWorld, merchant: Merchant
) -> None:
    """In early mode the callback page is served after the webhook was answered."""
    hana = world.add_user("はな")
    world.webhooks.mode = WebhookMode.EARLY

    async with Phone(hana, transport=network) as phone:
        page = await phone.log_in(await phone.open(authorize_url()))

    assert page.text == "1 webhooks"
    assert merchant.types() == ["follow"]


async def test_held_arrives_when_it_is_released(
    network: Network, world: LineWorld, merchant: Merchant
) -> None:
    """In held mode the callback comes first, for as long as one likes."""
    hana = world.add_user("はな")
    world.webhooks.mode = WebhookMode.HELD

    async with Phone(hana, transport=network) as phone:
        page = await phone.log_in(await phone.open(authorize_url()))
    await world.webhooks_settled()
    before = merchant.types()
    world.webhooks.release()
    await world.webhooks_settled()

    assert page.text == "0 webhooks"
    assert before == []
    assert merchant.types() == ["follow"]


async def test_late_arrives_after_its_delay(
    world: LineWorld, merchant: Merchant
) -> None:
    """A late event is not there at once, and is there once settled."""
    hana = world.add_user("はな")
    world.webhooks.mode, world.webhooks.delay = WebhookMode.LATE, 0.02

    await world.follow(hana)
    before = merchant.types()
    await world.webhooks_settled()

    assert before == []
    assert merchant.types() == ["follow"]


async def test_twice_is_one_event_delivered_twice(
    world: LineWorld, merchant: Merchant
) -> None:
    """Both deliveries carry one `webhookEventId`, neither says redelivery."""
    hana = world.add_user("はな")
    world.webhooks.mode = WebhookMode.TWICE

    await world.follow(hana)
    await world.webhooks_settled()

    first, second = merchant.events()
    assert first == second


async def test_out_of_order_sends_the_later_event_first(
    world: LineWorld, merchant: Merchant, clock: Clock
) -> None:
    """Unfollow overtakes follow, while the timestamps tell the truth."""
    hana = world.add_user("はな")
    world.webhooks.mode = WebhookMode.OUT_OF_ORDER

    await world.follow(hana)
    clock.move(seconds=1)
    await world.block(hana)
    await world.webhooks_settled()

    later, earlier = merchant.events()
    assert merchant.types() == ["unfollow", "follow"]
    assert int(str(later["timestamp"])) > int(str(earlier["timestamp"]))


async def test_out_of_order_does_not_lose_a_lone_event(
    world: LineWorld, merchant: Merchant
) -> None:
    """An event that nothing overtakes is sent when the world settles."""
    hana = world.add_user("はな")
    world.webhooks.mode = WebhookMode.OUT_OF_ORDER

    await world.follow(hana)
    await world.webhooks_settled()

    assert merchant.types() == ["follow"]


async def test_mute_loses_the_event(world: LineWorld, merchant: Merchant) -> None:
    """A muted world changes the friendship and tells nobody."""
    hana = world.add_user("はな")
    world.webhooks.mode = WebhookMode.MUTE

    await world.follow(hana)
    await world.webhooks_settled()

    assert world.is_friend(hana)
    assert merchant.received == []


async def test_redelivery_repeats_what_was_not_accepted(
    world: LineWorld, merchant: Merchant
) -> None:
    """After a 500 the same event comes again, marked; after a 200 never."""
    hana = world.add_user("はな")
    world.webhooks.redelivery = True
    merchant.statuses = [500, 503, 200]

    await world.follow(hana)
    await world.webhooks_settled()

    events = merchant.events()
    marks = [event.pop("deliveryContext") for event in events]
    assert marks == [{"isRedelivery": flag} for flag in (False, True, True)]
    assert events[0] == events[1] == events[2]


async def test_redelivery_is_off_by_default(
    world: LineWorld, merchant: Merchant
) -> None:
    """Without the console switch a refused event is gone."""
    hana = world.add_user("はな")
    merchant.statuses = [500]

    await world.follow(hana)
    await world.webhooks_settled()

    assert len(merchant.received) == 1
    assert [delivery.status for delivery in world.webhooks.deliveries] == [500]


async def test_an_endpoint_out_of_reach_is_recorded(world: LineWorld) -> None:
    """A webhook that cannot connect breaks nothing on LINE's side."""
    hana = world.add_user("はな")
    world.webhooks.endpoint = "https://nowhere.test/webhook"

    await world.follow(hana)
    await world.webhooks_settled()

    delivery = world.webhooks.deliveries[0]
    assert (delivery.status, delivery.failure) == (None, "COULD_NOT_CONNECT")


@pytest.mark.parametrize("silenced", ["no endpoint", "switched off"])
async def test_nothing_is_sent_without_an_active_endpoint(
    world: LineWorld, merchant: Merchant, silenced: str
) -> None:
    """No endpoint, or "Use webhook" off: no delivery."""
    hana = world.add_user("はな")
    if silenced == "no endpoint":
        world.webhooks.endpoint = None
    else:
        world.webhooks.active = False

    await world.follow(hana)
    await world.webhooks_settled()

    assert merchant.received == []


async def test_a_message_needs_no_friendship(
    world: LineWorld, merchant: Merchant
) -> None:
    """A stranger's text arrives with a user ID and a reply token."""
    hana = world.add_user("はな")

    await world.write(hana, "こんにちは")
    await world.webhooks_settled()

    event = merchant.events()[0]
    assert event["type"] == "message"
    assert "replyToken" in event


async def test_closing_drops_what_is_still_waiting(
    world: LineWorld, merchant: Merchant
) -> None:
    """`aclose` ends at once, with a webhook an hour away."""
    hana = world.add_user("はな")
    world.webhooks.mode, world.webhooks.delay = WebhookMode.LATE, 3600

    await world.follow(hana)
    await world.aclose()
    await world.webhooks_settled()

    assert merchant.received == []


def test_every_bot_has_its_own_id() -> None:
    """Two worlds never share a destination by accident."""
    assert Bot().user_id != Bot().user_id
