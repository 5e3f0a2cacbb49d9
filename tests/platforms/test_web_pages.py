"""Pages of strangers are read without being led into our own network."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING

import httpx
import pytest

from marketing_agent.platforms.web_pages import (
    NotRead,
    PageNotRead,
    PageReader,
    WebPage,
    is_public,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

PUBLIC = "93.184.216.34"
PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address to refuse, not to listen on
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00::1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.216.34",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "not an address",
]


def _reader(
    answer: Callable[[httpx.Request], httpx.Response],
    *addresses: str,
    trusted: Sequence[str] = (),
) -> PageReader:
    async def resolve(host: str, port: int) -> Sequence[str]:
        assert port in {80, 443}
        return list(addresses) if host.endswith("shop.test") else []

    return PageReader(
        transport=httpx.MockTransport(answer), resolve=resolve, trusted=trusted
    )


class _Bytes(httpx.AsyncByteStream):
    """A body as it comes over the wire."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


def _never(request: httpx.Request) -> httpx.Response:
    raise AssertionError(request.url)


async def test_a_page_is_asked_for_at_the_address_that_was_checked() -> None:
    """The connection goes to the checked address, under the name of the page."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        policy = {"content-security-policy": "script-src 'self'"}
        return httpx.Response(200, html="<p>はな</p>", headers=policy)

    page = await _reader(answer, PUBLIC).read("https://shop.test/landing?a=b#c")

    assert page == WebPage(
        url="https://shop.test/landing?a=b#c",
        status=200,
        html="<p>はな</p>",
        policies=("script-src 'self'",),
    )
    assert str(asked[0].url) == f"https://{PUBLIC}/landing?a=b"
    assert asked[0].headers["host"] == "shop.test"
    assert asked[0].extensions["sni_hostname"] == "shop.test"
    assert "cookie" not in asked[0].headers


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_that_leads_home_is_refused(address: str) -> None:
    """One private address among public ones is enough; nobody is asked for a page."""
    assert not is_public(address)
    found = await _reader(_never, PUBLIC, address).read("https://shop.test/")
    assert found == PageNotRead(url="https://shop.test/", why=NotRead.PRIVATE_HOST)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://shop.test/", NotRead.NO_ADDRESS),
        ("file:///etc/passwd", NotRead.NO_ADDRESS),
        ("javascript:alert(1)", NotRead.NO_ADDRESS),
        ("https://someone:secret@shop.test/", NotRead.NO_ADDRESS),
        ("https://shop.test:8443/", NotRead.NO_ADDRESS),
        ("https://", NotRead.NO_ADDRESS),
        ("http://[::1", NotRead.NO_ADDRESS),
        ("http://xn--/", NotRead.NO_ADDRESS),
        ("", NotRead.NO_ADDRESS),
        ("https://nowhere.invalid/", NotRead.UNKNOWN_HOST),
    ],
)
async def test_what_is_no_public_page_is_not_asked_for(url: str, why: NotRead) -> None:
    """Odd schemes, passwords, ports and names end before any connection."""
    assert await _reader(_never, PUBLIC).read(url) == PageNotRead(url=url, why=why)


async def test_each_redirect_is_checked_again() -> None:
    """A public page cannot lead us to a private one."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["host"] == "shop.test"
        return httpx.Response(302, headers={"location": "http://169.254.169.254/x"})

    async def resolve(host: str, port: int) -> Sequence[str]:
        del port
        return [PUBLIC] if host == "shop.test" else [host]

    reader = PageReader(transport=httpx.MockTransport(answer), resolve=resolve)
    found = await reader.read("https://shop.test/")
    assert found == PageNotRead(
        url="http://169.254.169.254/x", why=NotRead.PRIVATE_HOST
    )


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("ftp://x/", NotRead.NO_ADDRESS),
        ("http://x:99999/", NotRead.NO_ADDRESS),
        ("http://xn--/", NotRead.UNREACHABLE),
    ],
)
async def test_a_redirect_to_nowhere_ends_there(where: str, why: NotRead) -> None:
    """A redirect that no browser could follow is an answer, not an error of ours."""
    headers = {"location": where}
    reader = _reader(lambda _: httpx.Response(302, headers=headers), PUBLIC)
    found = await reader.read("https://shop.test/")
    assert isinstance(found, PageNotRead)
    assert found.why is why


async def test_a_name_in_japanese_is_asked_for_in_ascii() -> None:
    """The name is resolved, and shown to the server, as the network writes it."""
    asked: list[object] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return [PUBLIC]

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.extensions["sni_hostname"])
        return httpx.Response(200, html="here")

    reader = PageReader(transport=httpx.MockTransport(answer), resolve=resolve)
    assert isinstance(await reader.read("https://日本.test/"), WebPage)
    assert asked == [("xn--wgv71a.test", 443), "xn--wgv71a.test"]


async def test_a_page_may_move_three_times() -> None:
    """The fourth redirect is one too many."""

    def answer(request: httpx.Request) -> httpx.Response:
        left = int(request.url.path.strip("/"))
        if left:
            return httpx.Response(301, headers={"location": f"/{left - 1}"})
        return httpx.Response(200, html="here")

    reader = _reader(answer, PUBLIC)
    assert isinstance(await reader.read("https://shop.test/3"), WebPage)
    found = await reader.read("https://shop.test/4")
    assert isinstance(found, PageNotRead)
    assert found.why is NotRead.TOO_MANY_REDIRECTS


async def test_a_huge_page_is_left_off() -> None:
    """Two million bytes are enough for any landing page."""
    reader = _reader(lambda _: httpx.Response(200, content=b"x" * 2_000_001), PUBLIC)
    found = await reader.read("https://shop.test/")
    assert found == PageNotRead(url="https://shop.test/", why=NotRead.TOO_BIG)


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip, br", "klingon"])
async def test_a_page_in_a_strange_packing_is_left_packed(packing: str) -> None:
    """A few bytes of some packings become gigabytes."""
    headers = {"content-encoding": packing}
    reader = _reader(
        lambda _: httpx.Response(200, headers=headers, stream=_Bytes(b"x")), PUBLIC
    )
    found = await reader.read("https://shop.test/")
    assert found == PageNotRead(url="https://shop.test/", why=NotRead.UNREADABLE)


async def test_a_packed_page_is_measured_unpacked() -> None:
    """Ten million zeros are two million too many, however small they were packed."""
    headers = {"content-encoding": "gzip"}
    packed = gzip.compress(bytes(10_000_000))
    reader = _reader(
        lambda _: httpx.Response(200, headers=headers, stream=_Bytes(packed)), PUBLIC
    )
    found = await reader.read("https://shop.test/")
    assert found == PageNotRead(url="https://shop.test/", why=NotRead.TOO_BIG)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (httpx.ConnectError("refused"), NotRead.UNREACHABLE),
        (httpx.ReadTimeout("slow"), NotRead.UNREACHABLE),
        (httpx.RemoteProtocolError("gone"), NotRead.UNREACHABLE),
    ],
)
async def test_a_page_that_is_down_says_so(error: Exception, why: NotRead) -> None:
    """Nothing that a page does becomes an error of ours."""

    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    found = await _reader(answer, PUBLIC).read("https://shop.test/")
    assert found == PageNotRead(url="https://shop.test/", why=why)


async def test_an_odd_encoding_is_read_as_well_as_can_be() -> None:
    """A page may name an encoding that nobody knows."""
    headers = {"content-type": "text/html; charset=klingon"}
    reader = _reader(
        lambda _: httpx.Response(200, content=b"a\xffb", headers=headers), PUBLIC
    )
    page = await reader.read("http://shop.test/")
    assert isinstance(page, WebPage)
    assert page.html == "a\ufffdb"


async def test_a_trusted_origin_may_be_anywhere() -> None:
    """The sandbox's shop stands on loopback; exactly that origin is let through."""
    reader = _reader(
        lambda request: httpx.Response(200, html=request.url.host),
        trusted=["http://127.0.0.1:4003"],
    )
    page = await reader.read("http://127.0.0.1:4003/landing")
    assert isinstance(page, WebPage)
    other = await reader.read("http://127.0.0.1:4004/landing")
    assert isinstance(other, PageNotRead)


async def test_a_page_that_takes_too_long_is_given_up() -> None:
    """The time is for everything together, from the name to the last byte."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        del host, port
        await asyncio.sleep(10)
        return [PUBLIC]

    reader = PageReader(resolve=resolve, seconds=0.01)
    found = await reader.read("https://shop.test/")
    assert found == PageNotRead(url="https://shop.test/", why=NotRead.TOO_SLOW)
