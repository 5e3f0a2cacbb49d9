"""Faults on request, the call log, and the remote control under /sandbox/."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from marketing_agent.sandbox.line import (
    Fault,
    FaultKind,
    Friendship,
    LineWorld,
    WebhookMode,
)
from marketing_agent.sandbox.phone import Phone
from tests.sandbox.line.stage import LINE, LOGIN, MESSAGING, Merchant, bearer

if TYPE_CHECKING:
    from marketing_agent.sandbox.network import Network


async def test_a_status_fault_hits_the_next_calls_on_its_path(
    world: LineWorld, line: httpx.AsyncClient
) -> None:
    """Two calls fail, others do not, the third works."""
    headers = await bearer(line, MESSAGING)
    world.faults.add(
        Fault(
            path="/v2/bot/info",
            kind=FaultKind.STATUS,
            status=429,
            times=2,
            retry_after=7,
        )
    )

    statuses = [
        (await line.get(path, headers=headers)).status_code
        for path in ["/v2/bot/info", "/v2/bot/message/quota"] + 2 * ["/v2/bot/info"]
    ]

    assert statuses == [429, 200, 429, 200]


async def test_a_hanging_call_goes_on_when_released(
    world: LineWorld, line: httpx.AsyncClient
) -> None:
    """The call waits for `release`, then is answered properly."""
    headers = await bearer(line, MESSAGING)
    world.faults.add(Fault(path="/v2/bot", kind=FaultKind.HANG))

    call = asyncio.create_task(line.get("/v2/bot/info", headers=headers))
    done, _ = await asyncio.wait({call}, timeout=0.02)
    world.faults.release()

    assert not done
    assert (await call).status_code == 200


async def test_a_closed_connection_is_a_protocol_error(
    world: LineWorld, line: httpx.AsyncClient
) -> None:
    """The client sees the connection break, once."""
    world.faults.add(Fault(path="/oauth2/v3", kind=FaultKind.CLOSE))

    with pytest.raises(httpx.RemoteProtocolError):
        await bearer(line, MESSAGING)

    assert await bearer(line, MESSAGING)


async def test_calls_are_logged_with_their_status(
    world: LineWorld, line: httpx.AsyncClient
) -> None:
    """Every LINE call is in the log; the control's own calls are not."""
    headers = await bearer(line, LOGIN)
    await line.get("/v2/bot/info", headers=headers)
    await line.get("/sandbox/state")

    log = (await line.get("/sandbox/calls")).json()

    assert [(call["method"], call["path"], call["status"]) for call in log] == [
        ("POST", "/oauth2/v3/token", 200),
        ("GET", "/v2/bot/info", 401),
    ]
    assert len(world.calls) == 2


async def test_every_messaging_answer_has_a_request_id(
    line: httpx.AsyncClient,
) -> None:
    """`x-line-request-id` is there on errors, too."""
    response = await line.get("/v2/bot/info")

    assert response.headers["x-line-request-id"]


async def test_the_control_seeds_and_moves_users(
    line: httpx.AsyncClient, merchant: Merchant
) -> None:
    """A user made over HTTP can follow and block, and the events go out."""
    user = (await line.post("/sandbox/users", json={"name": "はな"})).json()
    for move in ("follow", "unfollow"):
        await line.post(f"/sandbox/users/{user['id']}/{move}")
        await line.post("/sandbox/webhooks/settle")

    state = (await line.get("/sandbox/state")).json()

    assert merchant.types() == ["follow", "unfollow"]
    assert state["users"] == [{**user, "friendship": "blocked"}]
    assert len(state["deliveries"]) == 2


async def test_the_state_holds_no_secret(line: httpx.AsyncClient) -> None:
    """Neither channel secret can be read from the control."""
    text = (await line.get("/sandbox/state")).text

    assert LOGIN.secret not in text
    assert MESSAGING.secret not in text


async def test_the_control_switches_the_webhook_mode(
    world: LineWorld, line: httpx.AsyncClient
) -> None:
    """Mode, delay and redelivery are set together or alone."""
    body = {"mode": "late", "seconds": 1.5, "redelivery": True}

    answer = await line.post("/sandbox/webhook-mode", json=body)
    await line.post("/sandbox/webhook-mode", json={"redelivery": False})

    assert answer.json()["mode"] == "late"
    assert world.webhooks.mode is WebhookMode.LATE
    assert (world.webhooks.delay, world.webhooks.redelivery) == (1.5, False)


async def test_the_control_says_what_line_has_granted(
    world: LineWorld, line: httpx.AsyncClient
) -> None:
    """Account type and email permission are set together or alone."""
    await line.post("/sandbox/account", json={"type": "premium"})
    await line.post("/sandbox/account", json={"email_permission": True})
    odd = await line.post("/sandbox/account", json={"type": "golden"})

    assert (world.account_type, world.email_permission) == ("premium", True)
    assert odd.status_code == 400


async def test_the_control_puts_faults_in_force_and_clears_them(
    world: LineWorld, line: httpx.AsyncClient
) -> None:
    """HTTP faults and login faults come and go over HTTP."""
    await line.post(
        "/sandbox/faults",
        json={"kind": "status", "path": "/v2", "status": 500, "times": None},
    )
    await line.post("/sandbox/faults", json={"kind": "bogus_callback"})
    hit = await line.get("/v2/bot/info")
    bogus = world.faults.login.bogus_callback
    await line.delete("/sandbox/faults")

    assert hit.status_code == 500
    assert bogus is True
    assert world.faults.login.bogus_callback is False
    assert (await line.get("/v2/bot/info")).status_code == 401


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/sandbox/faults", {"kind": "earthquake"}, 400),
        ("/sandbox/faults", {"kind": "status", "times": "many"}, 400),
        ("/sandbox/webhook-mode", {"mode": "loud"}, 400),
        ("/sandbox/webhook-mode", {"seconds": "soon"}, 400),
        ("/sandbox/users/U0/follow", {}, 404),
    ],
)
async def test_the_control_refuses_what_it_does_not_know(
    line: httpx.AsyncClient, path: str, body: dict[str, object], status: int
) -> None:
    """A mistyped order is told, never swallowed."""
    response = await line.post(path, json=body)

    assert response.status_code == status
    assert response.json()["message"]


async def test_a_person_can_use_the_front_page(
    network: Network, world: LineWorld
) -> None:
    """The front page lists everyone and can add the account in their name."""
    hana = world.add_user("はな")

    async with Phone(language="en", transport=network) as phone:
        page = await phone.open(f"{LINE}/")
        page = await phone.submit(page, "Add as a friend")

    await world.webhooks_settled()
    assert world.is_friend(hana)
    assert page.button("Block")


async def test_the_front_page_shows_what_was_delivered(
    network: Network, world: LineWorld, line: httpx.AsyncClient
) -> None:
    """A friend's page has the text, or the kind of a message without one."""
    hana = world.add_user("はな", friendship=Friendship.FRIEND)
    ken = world.add_user("ケンタ")
    headers = await bearer(line, MESSAGING)
    for user, text in ((hana, "for Hana"), (ken, "for Ken")):
        messages = [{"type": "text", "text": text}, {"type": "sticker"}]
        body = {"to": user, "messages": messages}
        await line.post("/v2/bot/message/push", json=body, headers=headers)

    async with Phone(transport=network) as phone:
        page = await phone.open(f"{LINE}/")

    assert "for Hana sticker" in page.text
    assert "for Ken" not in page.text
