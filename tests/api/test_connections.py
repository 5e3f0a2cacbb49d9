"""Connecting Klaviyo and LINE over HTTP: owners only, checked first, never shown."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.sandbox.line.faults import Fault, FaultKind
from marketing_agent.sandbox.seed import PERSONAS
from marketing_agent.storage.tables import changes
from tests.api.asking import ask
from tests.desk import LOGIN, MESSAGING, open_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.desk import Desk, Json

HANA = PERSONAS[0]


def _line_keys(**changed: Any) -> Json:
    """Both channels as they are, but for the parts that are named."""
    keys: Json = {
        "login": {"id": LOGIN.id, "secret": LOGIN.secret},
        "messaging": {"id": MESSAGING.id, "secret": MESSAGING.secret},
    }
    return {name: part | changed.get(name, {}) for name, part in keys.items()}


@pytest.fixture
async def fresh(database_url: str) -> AsyncIterator[Desk]:
    """Give a desk at which nothing is connected."""
    async with open_desk(database_url, connected=False) as desk:
        yield desk


async def test_an_owner_connects_both_outside_the_chat(fresh: Desk) -> None:
    """Spaces that were copied along do not count; LINE is told the webhook URL."""
    before = (await ask(fresh, "GET", "/connections")).json()
    assert (before["klaviyo"], before["line"]) == (None, None)

    key = {"private_key": f" {fresh.klaviyo.private_key}\n"}
    klaviyo = await ask(fresh, "PUT", "/connections/klaviyo", key)
    line = await ask(fresh, "PUT", "/connections/line", _line_keys())
    assert (klaviyo.status_code, line.status_code) == (200, 200)
    assert line.json()["webhook_problem"] is None

    now = (await ask(fresh, "GET", "/connections")).json()
    assert now["klaviyo"]["public_id"] == fresh.klaviyo.account.public_id
    assert now["line"]["basic_id"] == fresh.line.bot.basic_id
    assert now["line"]["login_channel_id"] == LOGIN.id
    assert now["callback_url"].endswith("/line/callback")
    assert fresh.line.webhooks.endpoint == now["webhook_url"]
    assert (await fresh.block("check_setup"))["checks"]


async def test_no_key_is_shown_recorded_or_logged(
    fresh: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in answers, nor in the recorded changes, nor in what is logged."""
    caplog.set_level(logging.DEBUG)
    secrets = (fresh.klaviyo.private_key, LOGIN.secret, MESSAGING.secret)
    key = {"private_key": fresh.klaviyo.private_key}
    wrong = _line_keys(messaging={"secret": "wrong-secret-of-somebody"})
    told = [
        await ask(fresh, "PUT", "/connections/klaviyo", key),
        await ask(fresh, "PUT", "/connections/klaviyo", {"private_key": "pk_wrong"}),
        await ask(fresh, "PUT", "/connections/line", wrong),
        await ask(fresh, "PUT", "/connections/line", _line_keys()),
        await ask(fresh, "PUT", "/connections/line", {"login": _line_keys()}),
        await ask(fresh, "GET", "/connections"),
        await ask(fresh, "GET", "/changes"),
    ]
    async with fresh.ground.database.transaction() as tx:
        recorded = [str(row) for row in await tx.execute(select(changes))]
    assert len(recorded) == 2
    said = " ".join([*(each.text for each in told), *recorded, caplog.text])
    for secret in (*secrets, "pk_wrong", "wrong-secret-of-somebody"):
        assert secret not in said
    what = [each["what"] for each in told[-1].json()["changes"]]
    assert what == [
        f'Connected LINE Official Account "{fresh.line.bot.display_name}"',
        f'Connected Klaviyo account "{fresh.klaviyo.account.organization}"',
    ]


@pytest.mark.parametrize(
    ("keys", "error", "word"),
    [
        (_line_keys(login={"secret": "wrong"}), "ChannelRefused", "LINE Login"),
        (_line_keys(messaging={"id": "99"}), "ChannelRefused", "Messaging API"),
        (_line_keys(login=_line_keys()["messaging"]), "SameChannelTwice", "one chan"),
        (_line_keys(login={"id": "LINE"}), "UnusableCredential", "digits"),
        (_line_keys(login={"secret": "\0"}), "UnusableCredential", "Copy it"),
    ],
)
async def test_channels_that_are_not_good_store_nothing(
    fresh: Desk, keys: Json, error: str, word: str
) -> None:
    """The error names the channel and what to do about it."""
    before = await fresh.counts()
    answer = await ask(fresh, "PUT", "/connections/line", keys)
    assert answer.json()["error"] == error
    assert word in answer.json()["message"]
    assert await fresh.counts() == before


@pytest.mark.parametrize("key", ["pk_wrong", "", "ключ", "a b", "\0"])
async def test_a_key_that_is_not_good_stores_nothing(fresh: Desk, key: str) -> None:
    """Klaviyo is asked first; what no header can carry is not even sent."""
    before = await fresh.counts()
    answer = await ask(fresh, "PUT", "/connections/klaviyo", {"private_key": key})
    assert answer.status_code in {422, 424}
    assert answer.json()["error"] in {"KeyRefused", "UnusableCredential"}
    assert await fresh.counts() == before


async def test_another_account_is_refused(desk: Desk) -> None:
    """Links name people of the account that was connected first."""
    desk.klaviyo.account = replace(desk.klaviyo.account, public_id="Other1")
    desk.line.bot = replace(desk.line.bot, user_id=f"U{'0' * 32}")
    key = {"private_key": desk.klaviyo.private_key}
    klaviyo = await ask(desk, "PUT", "/connections/klaviyo", key)
    line = await ask(desk, "PUT", "/connections/line", _line_keys())
    assert (klaviyo.status_code, line.status_code) == (409, 409)
    assert (await desk.counts())["changes"] == 0


async def test_a_webhook_url_that_line_refuses_is_told(fresh: Desk) -> None:
    """The channels are good and stay connected; the URL can be entered by hand."""
    fresh.line.faults.add(
        Fault(
            path="/v2/bot/channel/webhook/endpoint", kind=FaultKind.STATUS, status=400
        )
    )
    answer = await ask(fresh, "PUT", "/connections/line", _line_keys())
    assert answer.status_code == 200
    assert answer.json()["webhook_problem"]
    assert (await ask(fresh, "GET", "/connections")).json()["line"] is not None


async def test_only_an_owner_in_person_connects(fresh: Desk) -> None:
    """Staff and viewers see what is connected, and programs nothing at all."""
    key = {"private_key": fresh.klaviyo.private_key}
    for role in (Role.STAFF, Role.VIEWER):
        caller = fresh.caller(role=role)
        for path, body in (("klaviyo", key), ("line", _line_keys())):
            answer = await ask(fresh, "PUT", f"/connections/{path}", body, caller)
            assert (answer.status_code, answer.json()["error"]) == (403, "OnlyOwners")
        seen = await ask(fresh, "GET", "/connections", caller=caller)
        assert seen.status_code == 200
    program = fresh.caller(CallerKind.MCP)
    for method, path in (("GET", ""), ("PUT", "/klaviyo"), ("POST", "/test-login")):
        answer = await ask(fresh, method, f"/connections{path}", key, program)
        assert answer.status_code == 403, path
    assert (await fresh.counts())["klaviyo_accounts"] == 0


async def test_a_test_login_links_nobody_and_tells_the_check(desk: Desk) -> None:
    """A real round through LINE Login: the check then knows that it works."""
    desk.klaviyo.add_profile(email=HANA.email)
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id)
    begun = await ask(desk, "POST", "/connections/test-login")
    assert begun.headers["cache-control"] == "no-store"

    await desk.join(HANA.line_user_id, begun.json()["url"])
    await desk.work()

    assert (await desk.counts())["links"] == 0
    checks = (await desk.block("check_setup"))["checks"]
    state = {each["what"]: each["state"] for each in checks}
    assert state["test login"] == "ok"


async def test_a_test_login_needs_line_and_somebody_who_may_change(
    fresh: Desk,
) -> None:
    """Before LINE is connected there is nothing to test; a viewer tests nothing."""
    early = await ask(fresh, "POST", "/connections/test-login")
    assert (early.status_code, early.json()["error"]) == (409, "SetupMissing")
    viewer = fresh.caller(role=Role.VIEWER)
    refused = await ask(fresh, "POST", "/connections/test-login", caller=viewer)
    assert refused.status_code == 403
