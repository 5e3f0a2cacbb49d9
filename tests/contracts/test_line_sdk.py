"""The official Python SDK uses the LINE sandbox as if it were the real platform.

`line-bot-sdk` 3.27 parses answers and webhooks with strict models of its own, and reads
webhooks beside our parser: where it is stricter than we are is written down here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from linebot.v3 import WebhookParser
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    MessagingApi,
    PushMessageRequest,
    SetWebhookEndpointRequest,
    TextMessage,
)
from linebot.v3.oauth import ApiClient as TokenClient
from linebot.v3.oauth import ChannelAccessToken
from linebot.v3.oauth import Configuration as TokenConfiguration

from marketing_agent.core.errors import BadInput
from marketing_agent.platforms.line.webhooks import (
    FollowEvent,
    OtherEvent,
    UnfollowEvent,
    read_delivery,
    signature_is_valid,
)
from marketing_agent.sandbox.line import (
    AccountType,
    Channel,
    Friendship,
    LineWorld,
    events,
    line_app,
)
from tests.sandbox.serving import Doorway, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGIN = Channel("1650000001", "login-secret-of-the-sandbox-0001")
MESSAGING = Channel("1650000002", "messaging-secret-of-the-sandbox-2")
WEBHOOK = "https://shop.test/webhook"
AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
HANA, BOT = "U" + "1" * 32, "U" + "b" * 32
FOLLOW = events.follow(HANA, AT, unblocked=True)
MESSAGE = events.text_message(HANA, AT, "こんにちは☕")


@pytest.fixture(scope="module")
def doorway() -> Doorway:
    """Give the door that the served address opens on."""
    return Doorway()


@pytest.fixture(scope="module")
def base_url(doorway: Doorway) -> Iterator[str]:
    """Give the served address."""
    with serving(doorway, lifespan="off") as base_url:
        yield base_url


@pytest.fixture
def world(doorway: Doorway) -> LineWorld:
    """Give a verified account behind the door, whose webhooks are answered."""
    world = LineWorld(
        login_channel=LOGIN,
        messaging_channel=MESSAGING,
        transport=httpx.MockTransport(lambda _: httpx.Response(200)),
    )
    world.account_type = AccountType.VERIFIED
    doorway.app = line_app(world)
    return world


@pytest.fixture
def sdk(world: LineWorld, base_url: str) -> Iterator[MessagingApi]:
    """Give the SDK with a token of the channel, pointed at the sandbox."""
    token = world.grants.issue_channel_token(MESSAGING.id)
    configuration = Configuration(host=base_url, access_token=token)
    with ApiClient(configuration) as client:
        yield MessagingApi(client)


@pytest.mark.usefixtures("world")
def test_it_gets_a_stateless_token(base_url: str) -> None:
    """For id and secret, good for a quarter of an hour; a call with it works."""
    with TokenClient(TokenConfiguration(host=base_url)) as client:
        issued = ChannelAccessToken(client).issue_stateless_channel_token(
            grant_type="client_credentials",
            client_id=MESSAGING.id,
            client_secret=MESSAGING.secret,
        )
    configuration = Configuration(host=base_url, access_token=issued.access_token)

    with ApiClient(configuration) as client:
        assert MessagingApi(client).get_bot_info().basic_id == "@900hanac"
    assert issued.expires_in == 900


def test_it_reads_the_bot_and_a_friend(sdk: MessagingApi, world: LineWorld) -> None:
    """Account and profile arrive in the SDK's models."""
    hana = world.add_user("はな", friendship=Friendship.FRIEND)

    info, profile = sdk.get_bot_info(), sdk.get_profile(hana)

    assert (info.user_id, info.display_name) == (world.bot.user_id, "Hana Coffee")
    assert (profile.display_name, profile.language) == ("はな", "ja")


def test_it_pages_through_the_followers(sdk: MessagingApi, world: LineWorld) -> None:
    """Each friend once, over a page that is short because somebody has left."""
    crowd = world.add_crowd(5)
    gone = world.add_user("ケンタ", friendship=Friendship.BLOCKED)
    page = sdk.get_followers(limit=4)
    seen = [*page.user_ids]
    while page.next:
        page = sdk.get_followers(start=page.next, limit=4)
        seen += page.user_ids

    assert seen == [crowd.user_id(place) for place in range(5)]
    assert gone not in seen


def test_it_pushes_a_message(sdk: MessagingApi, world: LineWorld) -> None:
    """It is delivered, counted, and the SDK knows the message's id."""
    hana = world.add_user("はな", friendship=Friendship.FRIEND)
    push = PushMessageRequest(to=hana, messages=[TextMessage(text="ようこそ")])

    (sent,) = sdk.push_message(push).sent_messages

    assert [(m.id, m.message["text"]) for m in world.sent] == [(sent.id, "ようこそ")]
    assert sdk.get_message_quota().value == 200
    assert sdk.get_message_quota_consumption().total_usage == 1


def test_it_sets_reads_and_tries_the_webhook(sdk: MessagingApi) -> None:
    """The address as it was set, active, and the outcome of a call to it."""
    sdk.set_webhook_endpoint(SetWebhookEndpointRequest(endpoint=WEBHOOK))

    endpoint, tried = sdk.get_webhook_endpoint(), sdk.test_webhook_endpoint()

    assert (endpoint.endpoint, endpoint.active) == (WEBHOOK, True)
    assert (tried.success, tried.status_code, tried.reason) == (True, 200, "OK")


def test_it_tells_refusals_apart(sdk: MessagingApi, world: LineWorld) -> None:
    """An account that may not list, a stranger, a foreign id: 403, 404, 400."""
    world.account_type = AccountType.UNVERIFIED
    push = PushMessageRequest(to=HANA, messages=[TextMessage(text="?")])
    calls = (
        sdk.get_followers,
        lambda: sdk.get_profile(HANA),
        lambda: sdk.push_message(push),
    )
    statuses = []

    for call in calls:
        with pytest.raises(ApiException) as refused:
            call()
        statuses.append(refused.value.status)

    assert statuses == [403, 404, 400]


# Webhooks: what LINE sends, read by both


def both(*sent: Any) -> tuple[Any, list[str], list[str]]:
    """Sign a delivery of these events; give it and its kinds, by the SDK and by us."""
    raw = events.envelope(BOT, *sent)
    signed = events.signature(MESSAGING.secret, raw)
    theirs = WebhookParser(MESSAGING.secret).parse(
        raw.decode(), signed, as_payload=True
    )
    ours = read_delivery(raw)
    assert signature_is_valid(MESSAGING.secret, raw, signed)
    assert theirs.destination == ours.destination
    kinds = [type(event).__name__ for event in theirs.events]
    return theirs, kinds, [type(event).__name__ for event in ours.events]


async def test_both_believe_and_read_what_the_sandbox_sends(world: LineWorld) -> None:
    """Unblock, message, block: the same persons, times and ids in the same order."""
    world.webhooks.endpoint = WEBHOOK
    hana = world.add_user("はな", friendship=Friendship.BLOCKED)
    for move in (world.unblock(hana), world.write(hana, "☕"), world.block(hana)):
        await move
        await world.webhooks_settled()

    for delivery in world.webhooks.deliveries:
        (theirs,) = WebhookParser(MESSAGING.secret).parse(
            delivery.body.decode(), delivery.signature
        )
        (ours,) = read_delivery(delivery.body).events
        assert ours.at is not None
        assert theirs.type == _type_of(ours)
        assert theirs.source.user_id == ours.user_id == hana
        assert theirs.webhook_event_id == ours.event_id
        assert theirs.timestamp == round(ours.at.timestamp() * 1000)
    assert len(world.webhooks.deliveries) == 3
    await world.aclose()


def _type_of(event: FollowEvent | UnfollowEvent | OtherEvent) -> str:
    match event:
        case FollowEvent():
            return "follow"
        case UnfollowEvent():
            return "unfollow"
        case OtherEvent(type=kind):
            return kind


@pytest.mark.parametrize("change", [b" ", b"\n", b"{}"])
def test_both_refuse_a_body_that_was_changed(change: bytes) -> None:
    """One more byte after the signature was made."""
    raw = events.envelope(BOT, FOLLOW)
    signed = events.signature(MESSAGING.secret, raw)

    assert not signature_is_valid(MESSAGING.secret, raw + change, signed)
    with pytest.raises(InvalidSignatureError):
        WebhookParser(MESSAGING.secret).parse((raw + change).decode(), signed)


@pytest.mark.parametrize(
    ("sent", "ours", "theirs"),
    [
        ([], [], []),
        ([FOLLOW, FOLLOW], ["FollowEvent"] * 2, ["FollowEvent"] * 2),
        ([events.redelivered(FOLLOW)], ["FollowEvent"], ["FollowEvent"]),
        ([FOLLOW | {"mode": "standby"}], ["FollowEvent"], ["FollowEvent"]),
        ([FOLLOW | {"new": {"field": 1}}], ["FollowEvent"], ["FollowEvent"]),
        ([events.unfollow(HANA, AT)], ["UnfollowEvent"], ["UnfollowEvent"]),
        ([MESSAGE], ["OtherEvent"], ["MessageEvent"]),
        ([FOLLOW | {"type": "edit"}], ["OtherEvent"], ["UnknownEvent"]),
        (
            [MESSAGE | {"message": {"type": "hologram"}}],
            ["OtherEvent"],
            ["UnknownEvent"],
        ),
    ],
)
def test_both_see_the_same(
    sent: list[events.Event], ours: list[str], theirs: list[str]
) -> None:
    """Repeats, new fields and new types of event or message cost neither anything."""
    _, by_the_sdk, by_us = both(*sent)

    assert by_us == ours
    assert by_the_sdk == theirs


def test_both_see_a_redelivery_and_an_unblock() -> None:
    """The two flags mean the same to both."""
    theirs, _, _ = both(events.redelivered(FOLLOW))
    (ours,) = read_delivery(events.envelope(BOT, events.redelivered(FOLLOW))).events

    assert isinstance(ours, FollowEvent)
    (event,) = theirs.events
    assert event.delivery_context.is_redelivery is ours.is_redelivery is True
    assert event.follow.is_unblocked is ours.is_unblocked is True


@pytest.mark.parametrize(
    "sent",
    [
        {key: value for key, value in FOLLOW.items() if key != "follow"},
        FOLLOW | {"follow": {"isUnblocked": None}},
        FOLLOW | {"source": {"type": "a-new-kind", "userId": HANA}},
    ],
)
def test_we_know_a_follow_that_the_sdk_does_not(sent: events.Event) -> None:
    """Some of LINE's own samples lack `follow`; the SDK's strict model needs it."""
    _, by_the_sdk, by_us = both(sent)

    assert (by_us, by_the_sdk) == (["FollowEvent"], ["UnknownEvent"])


@pytest.mark.parametrize(
    ("sent", "ours"),
    [
        (FOLLOW | {"mode": "loud"}, "FollowEvent"),
        (FOLLOW | {"deliveryContext": None}, "FollowEvent"),
        (FOLLOW | {"webhookEventId": None}, "OtherEvent"),
        (FOLLOW | {"timestamp": "soon"}, "OtherEvent"),
        (FOLLOW | {"type": None}, "OtherEvent"),
        ("event", "OtherEvent"),
    ],
)
def test_one_odd_event_costs_us_no_other(sent: Any, ours: str) -> None:
    """For the SDK it costs the whole delivery, good events and all."""
    raw = events.envelope(BOT, FOLLOW, sent)
    parser = WebhookParser(MESSAGING.secret)

    with pytest.raises((ValueError, KeyError, TypeError)):
        parser.parse(raw.decode(), events.signature(MESSAGING.secret, raw))

    read = [type(event).__name__ for event in read_delivery(raw).events]
    assert read == ["FollowEvent", ours]


def test_we_want_a_person_where_the_sdk_takes_a_follow_without() -> None:
    """Without a user, or with an id that can be none, there is nobody to link."""
    nobody = {key: value for key, value in FOLLOW.items() if key != "source"}
    odd = FOLLOW | {"source": {"type": "user", "userId": "hana"}}

    _, by_the_sdk, by_us = both(nobody, odd)

    assert by_the_sdk == ["FollowEvent", "FollowEvent"]
    assert by_us == ["OtherEvent", "OtherEvent"]


def test_we_want_an_envelope_where_the_sdk_takes_half_of_one() -> None:
    """Without `destination` nobody can say whose account the events are about."""
    raw = b'{"events":[]}'
    signed = events.signature(MESSAGING.secret, raw)

    assert WebhookParser(MESSAGING.secret).parse(raw.decode(), signed) == []
    with pytest.raises(BadInput):
        read_delivery(raw)


def test_a_missing_signature_is_refused_here_and_an_accident_there() -> None:
    """The SDK falls over `None`: whoever uses it has to look first."""
    raw = events.envelope(BOT, FOLLOW)

    assert not signature_is_valid(MESSAGING.secret, raw, None)
    with pytest.raises(AttributeError):
        WebhookParser(MESSAGING.secret).parse(raw.decode(), None)
