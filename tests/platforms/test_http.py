from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import httpx

from marketing_agent.platforms.http import open_http

if TYPE_CHECKING:
    import pytest


async def test_no_url_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Klaviyo's filters carry addresses in the URL, and httpx would log them."""
    caplog.set_level(logging.INFO)
    transport = httpx.MockTransport(lambda _: httpx.Response(200))

    async with open_http(transport) as http:
        await http.get("https://klaviyo.test/?filter=hana.sato@mail.test")

    assert caplog.text == ""


async def test_no_cookie_is_kept_between_merchants() -> None:
    """One client serves all merchants, so it must not carry one's cookie to another."""
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("cookie"))
        return httpx.Response(200, headers={"Set-Cookie": "session=acme"})

    async with open_http(httpx.MockTransport(answer)) as http:
        await http.get("https://klaviyo.test/")
        await http.get("https://klaviyo.test/")

    assert seen == [None, None]


async def test_every_wait_has_an_end() -> None:
    """Connecting, reading, writing and waiting for a connection all time out."""
    async with open_http() as http:
        assert set(http.timeout.as_dict().values()) == {5.0, 10.0}
