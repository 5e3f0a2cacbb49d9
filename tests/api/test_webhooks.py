"""LINE's webhook: what is stored, what is refused, and that nothing breaks it."""

from __future__ import annotations

import asyncio
import json
import random
from typing import TYPE_CHECKING, Any

import pytest_asyncio

from marketing_agent.services.ground import Work
from marketing_agent.services.line_events import drain_inbox
from marketing_agent.storage import merchants
from tests.api.line_deliveries import (
    AT_MS,
    HANA,
    KENTA,
    Webhook,
    follow,
    signature,
    webhook_of,
)

if TYPE_CHECKING:
    from tests.desk import Desk


@pytest_asyncio.fixture
async def webhook(desk: Desk) -> Webhook:
    """Give the webhook of a connected merchant."""
    desk.wakes.heard.clear()
    return await webhook_of(desk)


async def _inbox(webhook: Webhook) -> int:
    return (await webhook.desk.counts())["inbox"]


async def _following(webhook: Webhook, user: str) -> bool | None:
    desk = webhook.desk
    await drain_inbox(desk.ground, desk.merchant_id)
    info = await desk.block("query_linkage_status", {"line_user_id": user})
    following: bool | None = info["following"]
    return following


async def test_row_01_a_webhook_that_line_did_not_sign_leaves_nothing(
    webhook: Webhook,
) -> None:
    """A forged signature and an unknown merchant get one answer; nothing is stored."""
    before = await webhook.desk.counts()
    body = webhook.body(follow("01A"))

    forged = await webhook.send(body, signed=signature(body, "a guessed secret"))
    unknown = await webhook.send(body, key="no-such-merchant")

    assert forged.status_code == unknown.status_code == 401
    assert forged.content == unknown.content
    assert forged.headers.items() == unknown.headers.items()
    assert await webhook.desk.counts() == before
    assert webhook.desk.wakes.heard == []


async def test_row_02_the_same_event_again_changes_nothing(webhook: Webhook) -> None:
    """A redelivery is acknowledged like the first, and stored once."""
    redelivered = follow("01A", deliveryContext={"isRedelivery": True})

    answers = [
        await webhook.deliver(follow("01A")),
        await webhook.deliver(follow("01A")),
        await webhook.deliver(redelivered, redelivered),
    ]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert await _inbox(webhook) == 1
    assert webhook.desk.wakes.heard == [Work.DRAIN_INBOX]


async def test_a_follow_becomes_a_friend_and_a_block_ends_it(webhook: Webhook) -> None:
    """Follow and unfollow reach the merchant's status, also after the drain."""
    await webhook.deliver(follow("01A"))
    assert await _following(webhook, HANA) is True

    await webhook.deliver(follow("01B", type="unfollow", timestamp=AT_MS + 1))
    assert await _following(webhook, HANA) is False


async def test_events_out_of_order_end_at_the_latest(webhook: Webhook) -> None:
    """A follow that arrives after the later block does not bring the friend back."""
    await webhook.deliver(follow("01B", type="unfollow", timestamp=AT_MS + 1))
    await webhook.deliver(follow("01A"))

    assert await _following(webhook, HANA) is False


async def test_a_delivery_without_events_only_tries_the_url(webhook: Webhook) -> None:
    """LINE's own check of the URL is answered with 200 and stores nothing."""
    answer = await webhook.deliver()

    assert answer.status_code == 200
    assert await _inbox(webhook) == 0


STRANGE: list[object] = [
    None,
    7,
    "follow",
    [],
    {},
    follow("01X", source=None),
    follow("01X", source={"type": "user"}),
    follow("01X", source={"type": "user", "userId": "hana"}),
    follow("01X", timestamp="yesterday"),
    follow("01X", timestamp=10**30),
    follow("01X", timestamp=None),
    follow("01X", webhookEventId=None),
    follow("01X", webhookEventId=["01X"]),
    follow("01X", webhookEventId=""),
    follow("nul\0"),
    follow("half \ud800"),
    follow("".join(map(str, range(9000)))),
    follow("01X", type="message", message={"type": "text", "text": "hello"}),
    follow("01X", type="something new"),
    follow("01X", type=None),
    follow("01X", type={"follow": True}),
]


async def test_one_strange_event_costs_no_other(webhook: Webhook) -> None:
    """Its neighbours are stored, and it is acknowledged: LINE need not repeat it."""
    for number, strange in enumerate(STRANGE):
        good = follow(f"01A{number}"), follow(f"01B{number}", KENTA)
        answer = await webhook.deliver(good[0], strange, good[1])
        assert answer.status_code == 200, strange

    assert await _inbox(webhook) == 2 * len(STRANGE)
    assert await _following(webhook, HANA) is True
    assert await _following(webhook, KENTA) is True


async def test_chats_are_not_kept(webhook: Webhook) -> None:
    """What a customer writes to the shop never enters our database."""
    await webhook.deliver(
        follow("01A", type="message", message={"type": "text", "text": "my number"}),
        follow("01B", type="postback", postback={"data": "secret"}),
    )

    assert await _inbox(webhook) == 0


async def test_any_wrong_signature_is_a_forgery(webhook: Webhook) -> None:
    """Whatever stands in the header, the answer is the same and nothing is stored."""
    body, path = webhook.body(follow("01A")), f"/line/webhook/{webhook.key}"
    for text in [
        "",
        " ",
        "x",
        "=" * 44,
        "\xff\xfe",
        "A" * 60_000,
        "sha256=" + "A" * 44,
    ]:
        headers = [(b"x-line-signature", text.encode("latin-1"))]
        answer = await webhook.desk.http.post(path, content=body, headers=headers)
        assert answer.status_code == 401, text
    assert await _inbox(webhook) == 0


async def test_a_missing_signature_is_a_forgery(webhook: Webhook) -> None:
    """A body without any header is refused too."""
    answer = await webhook.desk.http.post(
        f"/line/webhook/{webhook.key}", content=webhook.body(follow("01A"))
    )

    assert answer.status_code == 401
    assert await _inbox(webhook) == 0


async def test_the_signature_covers_every_byte(webhook: Webhook) -> None:
    """A body that was cut, lengthened or altered after signing is refused."""
    body = webhook.body(follow("01A"))
    for altered in (
        body[:-1],
        body + b" ",
        body.replace(HANA.encode(), KENTA.encode()),
    ):
        answer = await webhook.send(altered, signed=signature(body))
        assert answer.status_code == 401
    assert await _inbox(webhook) == 0


async def test_an_odd_key_is_an_unknown_key(webhook: Webhook) -> None:
    """Nothing in the path reaches the database as more than a text to look for."""
    for key in [
        "x",
        "%00",
        "%ff%fe",
        "%F0%9F%8D%B5",
        "..%2f..",
        "'%20or%201=1",
        "9" * 5000,
    ]:
        answer = await webhook.send(webhook.body(follow("01A")), key=key)
        assert answer.status_code in {401, 404}, key
    assert await _inbox(webhook) == 0


async def test_another_merchants_delivery_is_refused(webhook: Webhook) -> None:
    """A body for another account, and another merchant's key, both count as forged."""
    desk = webhook.desk
    async with desk.ground.database.transaction() as tx:
        neighbour = await merchants.get(tx, desk.neighbour_id)
    elsewhere = {"destination": "U" + "9" * 32, "events": [follow("01A")]}

    wrong_account = await webhook.send(json.dumps(elsewhere).encode())
    # The neighbour has no LINE account yet: known key, nothing to check against.
    wrong_key = await webhook.send(
        webhook.body(follow("01A")), key=neighbour.webhook_key
    )

    assert wrong_account.status_code == wrong_key.status_code == 401
    assert wrong_account.content == wrong_key.content
    assert await _inbox(webhook) == 0


async def test_a_signed_body_that_is_no_delivery_is_bad_input(webhook: Webhook) -> None:
    """Only the holder of the secret gets this far; the answer says what is wrong."""
    for body in [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"destination": 1, "events": []}',
        b'{"destination": "x", "events": {}}',
        b'{"destination": "x"}',
    ]:
        answer = await webhook.send(body)
        assert (answer.status_code, answer.json()["error"]) == (422, "BadInput"), body
    assert await _inbox(webhook) == 0


async def test_a_huge_body_is_refused_before_it_is_kept(webhook: Webhook) -> None:
    """A stranger cannot fill our memory: announced or not, a megabyte is the end."""

    async def endless() -> Any:
        for _ in range(1000):
            yield b"x" * 10_000

    path = f"/line/webhook/{webhook.key}"
    announced = await webhook.send(b"x" * 1_000_001, signed="x")
    unannounced = await webhook.desk.http.post(path, content=endless())

    assert announced.status_code == unannounced.status_code == 413


async def test_a_sender_that_hangs_up_is_no_error(webhook: Webhook) -> None:
    """A connection lost in the middle of the body ends quietly, with nothing stored."""
    sent: list[dict[str, Any]] = []
    parts = iter(
        [
            {"type": "http.request", "body": b'{"dest', "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> dict[str, Any]:
        return next(parts)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/line/webhook/{webhook.key}",
        "raw_path": b"",
        "query_string": b"",
        "headers": [],
    }
    await webhook.desk.app(scope, receive, send)  # type: ignore[arg-type]

    assert sent[0]["status"] == 400
    assert await _inbox(webhook) == 0


async def test_a_thousand_forgeries_leave_nothing(webhook: Webhook) -> None:
    """A flood of bad signatures writes no row, wakes nobody, and stays refused."""
    before = await webhook.desk.counts()
    body = webhook.body(follow("01A"))
    forged = signature(body, "guess")

    async def flood() -> set[int]:
        answers = [await webhook.send(body, signed=forged) for _ in range(125)]
        return {answer.status_code for answer in answers}

    statuses = await asyncio.gather(*(flood() for _ in range(8)))

    assert set().union(*statuses) == {401}
    assert await webhook.desk.counts() == before
    assert webhook.desk.wakes.heard == []


async def test_the_same_event_at_the_same_time_is_stored_once(webhook: Webhook) -> None:
    """Deliveries that overlap, in either order, neither block each other nor double."""
    one, two = follow("01A"), follow("01B", KENTA)
    answers = await asyncio.gather(
        *(
            webhook.deliver(*pair)
            for _ in range(10)
            for pair in ((one, two), (two, one))
        )
    )

    assert {answer.status_code for answer in answers} == {200}
    assert await _inbox(webhook) == 2


def _mutated(dice: random.Random, body: bytes) -> bytes:
    cut = bytearray(body)
    for _ in range(dice.randrange(1, 8)):
        at = dice.randrange(len(cut))
        match dice.randrange(3):
            case 0:
                cut[at] = dice.randrange(256)
            case 1:
                del cut[at : at + dice.randrange(1, 20)]
            case _:
                cut[at:at] = dice.randbytes(dice.randrange(1, 6))
        if not cut:
            return b""
    return bytes(cut)


async def test_no_signed_bytes_break_it(webhook: Webhook) -> None:
    """200 damaged deliveries, each rightly signed, end in 200, 401 or 422."""
    dice = random.Random(20261123)  # noqa: S311 - a seed repeats the run
    good = webhook.body(follow("01A"), follow("01B", KENTA, type="unfollow"))
    statuses = set()
    for _ in range(200):
        answer = await webhook.send(_mutated(dice, good))
        statuses.add(answer.status_code)

    assert statuses <= {200, 401, 422}
    await drain_inbox(webhook.desk.ground, webhook.desk.merchant_id)
