"""A scripted phone: one browser with its own cookies, and whose LINE app is on it.

It opens pages over HTTP and taps what a person could see: links, buttons and inputs
found by their visible text or their `data-testid`. It runs no scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin

import httpx

from marketing_agent.sandbox.page import Hop, Link, Page, PhoneError
from marketing_agent.sandbox.page_reader import parse

if TYPE_CHECKING:
    from types import TracebackType

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1"
)
DESKTOP = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/19.1 Safari/605.1.15"
)

__all__ = ["DESKTOP", "IPHONE", "Phone", "PhoneError"]


class Phone:
    """One person's phone; an async context manager.

    `line_user_id` is who LINE finds on it (None: LINE is not installed). `transport`
    carries the requests (None: the network).
    """

    def __init__(
        self,
        line_user_id: str | None = None,
        *,
        user_agent: str = IPHONE,
        language: str = "ja",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.line_user_id = line_user_id
        self._client = httpx.AsyncClient(
            transport=transport,
            follow_redirects=True,
            trust_env=False,
            headers={
                "user-agent": user_agent,
                "accept-language": language,
                "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            },
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def open(self, url: str) -> Page:
        """Type or scan a URL; redirects are followed and kept as hops."""
        return _page(await self._client.get(url))

    async def tap(self, page: Page, link: Link | str) -> Page:
        """Tap a link, or the one with this text, test id or part of its URL."""
        target = page.link(link) if isinstance(link, str) else link
        return await self.open(urljoin(page.url, target.href))

    async def submit(
        self, page: Page, button: str, **fields: str | bool | None
    ) -> Page:
        """Fill in fields and tap a button; True and False set check marks."""
        form, tapped = page.button(button)
        values = form.values(**fields)
        if tapped.name:
            values.append((tapped.name, tapped.value))
        url = urljoin(page.url, tapped.action or form.action)
        if form.method == "get":
            return _page(await self._client.get(url, params=tuple(values)))
        return _page(await self._client.post(url, data=_grouped(values)))

    async def log_in(
        self, page: Page, *, add_friend: bool = True, cancel: bool = False
    ) -> Page:
        """Go through LINE's screens from wherever `page` is; returns what comes after.

        Chooses this phone's LINE user, allows (or cancels), and adds the account as a
        friend where LINE offers it. Screens that LINE skips are skipped.
        """
        if page.has("line-user"):
            if self.line_user_id is None:
                raise PhoneError("there is no LINE app on this phone")
            page = await self.submit(page, self.line_user_id)
        if page.has("line-allow"):
            if cancel:
                return await self.submit(page, "line-cancel")
            page = await self._allow(page, add_friend=add_friend)
        if page.has("line-add-friend"):
            answer = "line-add-friend" if add_friend else "line-not-now"
            page = await self.submit(page, answer)
        return page

    async def fetch(self, page: Page, source: str) -> bytes:
        """Load a picture or another file of a page."""
        response = await self._client.get(urljoin(page.url, source))
        response.raise_for_status()
        return response.content

    def forget_cookies(self) -> None:
        """Start over with an empty cookie jar, as another browser on the phone does."""
        self._client.cookies.clear()

    async def _allow(self, page: Page, *, add_friend: bool) -> Page:
        form, _ = page.button("line-allow")
        if any(each.name == "add_friend" for each in form.fields):
            return await self.submit(page, "line-allow", add_friend=add_friend)
        return await self.submit(page, "line-allow")


def _page(response: httpx.Response) -> Page:
    html = "html" in response.headers.get("content-type", "")
    page = parse(response.text) if html else Page(text=response.text)
    page.url = str(response.url)
    page.status = response.status_code
    page.headers = dict(response.headers)
    page.hops = tuple(
        Hop(url=str(hop.url), status=hop.status_code) for hop in response.history
    )
    return page


def _grouped(values: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in values:
        grouped.setdefault(name, []).append(value)
    return grouped
