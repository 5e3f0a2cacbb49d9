"""Reading a page whose address somebody typed, without being led into our own network.

Names are resolved once, every address has to be public, and the connection goes to the
address that was checked. Only ports 80 and 443, at most three redirects, each checked
again, 5 s and 2 MB in all, no cookies, no proxy of the environment.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

import httpx

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

_SECONDS: Final = 5.0
_MOST_BYTES: Final = 2_000_000
_MOST_REDIRECTS: Final = 3
_PORTS: Final = {"http": 80, "https": 443}
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_MILD_PACKING: Final = frozenset(("", "identity", "gzip", "deflate"))
"""A chunk of 64 kB becomes at most 66 MB, and then the reading ends."""
_HEADERS: Final = {
    "accept": "text/html,application/xhtml+xml",
    # A small compressed answer can unpack to any size.
    "accept-encoding": "identity",
    "user-agent": "MarketingAgent/1.0 (landing page check)",
}

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host name, as text; none where there is no such name."""


class NotRead(StrEnum):
    """Why a page was not read."""

    NO_ADDRESS = "no_address"
    """Not http or https, with a password in it, or with an unusual port."""
    UNKNOWN_HOST = "unknown_host"
    PRIVATE_HOST = "private_host"
    """The name leads into a private network."""
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    TOO_BIG = "too_big"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    UNREADABLE = "unreadable"
    """Packed in a way that was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """A page as it was answered, whatever its status."""

    url: str
    """Where the last redirect led."""
    status: int
    html: str
    policies: tuple[str, ...] = ()
    """Its Content-Security-Policy headers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNotRead:
    """No page: at this address, for this reason."""

    url: str
    why: NotRead


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """What the system's resolver answers."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(address[0]) for *_, address in found]


class PageReader:
    """Reads pages of strangers. `trusted` origins may be anywhere, at any port."""

    def __init__(
        self,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        resolve: Resolve = resolve_by_system,
        trusted: Collection[str] = (),
        seconds: float = _SECONDS,
    ) -> None:
        self._transport = transport
        self._resolve = resolve
        self._trusted = frozenset(trusted)
        self._seconds = seconds

    async def read(self, url: str) -> WebPage | PageNotRead:
        """The page at this address. Raises nothing of its own."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(url)
        except TimeoutError:
            return PageNotRead(url=url, why=NotRead.TOO_SLOW)

    async def _follow(self, url: str) -> WebPage | PageNotRead:
        for _ in range(_MOST_REDIRECTS + 1):
            target = await self._checked(url)
            if isinstance(target, NotRead):
                return PageNotRead(url=url, why=target)
            answer = await self._get(target)
            if isinstance(answer, NotRead):
                return PageNotRead(url=url, why=answer)
            if answer.redirect is None:
                return answer.page(url)
            url = _joined(url, answer.redirect)
        return PageNotRead(url=url, why=NotRead.TOO_MANY_REDIRECTS)

    async def _checked(self, text: str) -> _Target | NotRead:
        url = _parsed(text)
        if url is None:
            return NotRead.NO_ADDRESS
        port = url.port or _PORTS[url.scheme]
        if origin_of(url) in self._trusted:
            return _Target(url=url, address=None)
        if port != _PORTS[url.scheme]:
            return NotRead.NO_ADDRESS
        addresses = await self._resolve(_ascii_host(url), port)
        if not addresses:
            return NotRead.UNKNOWN_HOST
        if not all(is_public(each) for each in addresses):
            return NotRead.PRIVATE_HOST
        return _Target(url=url, address=addresses[0])

    async def _get(self, target: _Target) -> _Answer | NotRead:
        client = httpx.AsyncClient(transport=self._transport, trust_env=False)
        async with client:
            try:
                async with client.stream(
                    "GET",
                    target.dialled(),
                    headers=target.headers(),
                    extensions={"sni_hostname": _ascii_host(target.url)},
                ) as answer:
                    return await _read(answer)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError):
                # httpx looks at a redirect before we do, and some hosts are no names.
                return NotRead.UNREACHABLE


def is_public(address: str) -> bool:
    """Whether this is an address of the open internet, however it is wrapped."""
    try:
        known = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    return known.is_global and not known.is_multicast and not _wraps_ipv4(known)


def origin_of(url: httpx.URL) -> str:
    """Scheme, host and unusual port, as browsers write an origin."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{url.scheme}://{host}" + ("" if url.port is None else f":{url.port}")


@dataclass(frozen=True, slots=True)
class _Target:
    url: httpx.URL
    address: str | None

    def dialled(self) -> httpx.URL:
        """The same page at the address that was checked."""
        return self.url.copy_with(host=self.address) if self.address else self.url

    def headers(self) -> dict[str, str]:
        return {**_HEADERS, "host": self.url.netloc.decode("ascii")}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    body: bytes
    encoding: str
    policies: tuple[str, ...]
    redirect: str | None

    def page(self, url: str) -> WebPage:
        html = self.body.decode(self.encoding, errors="replace")
        return WebPage(url=url, status=self.status, html=html, policies=self.policies)


def _joined(url: str, redirect: str) -> str:
    try:
        return str(httpx.URL(url).join(redirect))
    except (httpx.InvalidURL, ValueError):
        return ""


def _parsed(text: str) -> httpx.URL | None:
    """The address if it can be opened at all; some hosts raise only when looked at."""
    try:
        url = httpx.URL(text.strip())
        usable = url.scheme in _PORTS and url.host and not url.userinfo
    except (httpx.InvalidURL, ValueError):
        return None
    return url.copy_with(fragment=None) if usable else None


def _ascii_host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii")


def _wraps_ipv4(known: IPv4Address | IPv6Address) -> bool:
    """Whether an address of the new kind hides one of the old kind."""
    if isinstance(known, ipaddress.IPv4Address):
        return False
    hidden = (known.ipv4_mapped, known.sixtofour, known.teredo)
    return any(hidden) or known in _NAT64


async def _read(answer: httpx.Response) -> _Answer | NotRead:
    if answer.headers.get("content-encoding", "").lower() not in _MILD_PACKING:
        return NotRead.UNREADABLE
    body = bytearray()
    redirect = answer.headers.get("location") if answer.is_redirect else None
    if redirect is None:
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > _MOST_BYTES:
                return NotRead.TOO_BIG
    return _Answer(
        status=answer.status_code,
        body=bytes(body),
        encoding=_encoding(answer),
        policies=tuple(
            answer.headers.get_list("content-security-policy", split_commas=True)
        ),
        redirect=redirect,
    )


def _encoding(answer: httpx.Response) -> str:
    named = answer.charset_encoding or "utf-8"
    try:
        "".encode(named)
    except LookupError:
        return "utf-8"
    return named
