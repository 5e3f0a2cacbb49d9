"""How much one address may ask: never met by a person, and met by a flood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.requests import Request

from marketing_agent.api.customer.limits import (
    READING,
    WRITING,
    AddressLimits,
    Allowance,
    TooManyRequests,
    address_of,
)
from marketing_agent.sandbox.page_reader import parse
from tests.api.customer.stage import SHOP, Clock

if TYPE_CHECKING:
    from tests.api.customer.stage import Stage

THREE = Allowance(at_once=3, per_second=0.5)


def _from(host: str | None, **headers: str) -> Request:
    raw = [(name.encode(), text.encode()) for name, text in headers.items()]
    client = None if host is None else (host, 1)
    return Request({"type": "http", "headers": raw, "client": client})


def _admitted(limits: AddressLimits, host: str, times: int) -> int:
    admitted = 0
    for _ in range(times):
        try:
            limits.admit(_from(host), THREE)
        except TooManyRequests:
            break
        admitted += 1
    return admitted


def test_an_allowance_comes_back_with_time() -> None:
    """Three at once, then one every two seconds, and after a rest three again."""
    clock = Clock()
    limits = AddressLimits(clock)

    assert _admitted(limits, "192.0.2.1", 10) == 3
    with pytest.raises(TooManyRequests) as refused:
        limits.admit(_from("192.0.2.1"), THREE)
    assert refused.value.facts["retry_after"] == 2
    clock.move(seconds=2)
    assert _admitted(limits, "192.0.2.1", 10) == 1
    clock.move(minutes=1)
    assert _admitted(limits, "192.0.2.1", 10) == 3


def test_addresses_and_allowances_are_counted_apart() -> None:
    """A flood from one address, or of one kind, stops nobody else."""
    limits = AddressLimits(Clock())
    _admitted(limits, "192.0.2.1", 10)

    assert _admitted(limits, "192.0.2.2", 10) == 3
    limits.admit(_from("192.0.2.1"), WRITING)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_an_address_is_that_of_the_connection(host: str | None, address: str) -> None:
    """A whole IPv6 network is one customer, and headers are not believed."""
    forged = {"x-forwarded-for": "203.0.113.9", "forwarded": "for=203.0.113.9"}

    assert address_of(_from(host, **forged)) == address


def test_many_addresses_fill_no_memory() -> None:
    """The quietest one is forgotten, and with it what it had used."""
    limits = AddressLimits(Clock())
    _admitted(limits, "first", 10)
    for number in range(10_000):
        limits.admit(_from(f"host {number}"), THREE)

    assert _admitted(limits, "first", 10) == 3


async def test_a_flood_gets_a_page_that_asks_to_wait(stage: Stage) -> None:
    """429 with the time to wait and the way back; another address goes on."""
    path = await stage.landing_path()
    flood = httpx.ASGITransport(stage.app, client=("192.0.2.66", 1))
    async with httpx.AsyncClient(transport=flood, base_url=SHOP) as flooder:
        for _ in range(WRITING.at_once):
            await flooder.post("/link/unlink")
        refused = await flooder.post(f"/link/unlink?{path.partition('?')[2]}")
        reading = await flooder.get(path)
    async with stage.browser() as browser:
        other = await browser.post("/link/unlink")

    page = parse(refused.text)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert (page.title, page.has("try-again")) == ("One moment, please", True)
    assert (reading.status_code, other.status_code) == (200, 400)


def test_a_waiting_page_is_far_from_its_allowance() -> None:
    """A hundred computers behind one address may follow their phones all day."""
    every_two_seconds = 100 / 2

    assert READING.per_second >= every_two_seconds
