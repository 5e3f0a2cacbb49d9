"""One request to Klaviyo and its answer: headers, refusals and cursor pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import httpx

from marketing_agent.core.errors import (
    CredentialsRefused,
    DuplicateProfile,
    PlatformAnswerUnreadable,
    PlatformError,
    PlatformNotFound,
    PlatformRefused,
)
from marketing_agent.platforms.json_values import JsonObject, read_object
from marketing_agent.platforms.klaviyo.wire import next_page, read_refusal, read_rows
from marketing_agent.platforms.refusals import shown
from marketing_agent.platforms.sender import Call, Method, Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from marketing_agent.platforms.klaviyo.types import KlaviyoCredentials
    from marketing_agent.platforms.limits import Tier

PLATFORM = "Klaviyo"
REVISION = "2026-07-15"
"""Pinned: the newest revision whose specification our tests can read."""
MEDIA_TYPE = "application/vnd.api+json"

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True, kw_only=True)
class KlaviyoExchange:
    """Where, as whom and through what one account is called."""

    base_url: httpx.URL
    credentials: KlaviyoCredentials
    sender: Sender
    account_key: str

    def call(
        self,
        name: str,
        method: Method,
        path: str,
        tier: Tier,
        *,
        query: Mapping[str, str] | None = None,
        json: JsonObject | None = None,
    ) -> Call:
        """Make a call that is safe to repeat, as all of ours are."""
        return Call(
            platform=PLATFORM,
            name=name,
            method=method,
            url=self.base_url.copy_with(path=self.base_url.path.rstrip("/") + path),
            account=self.account_key,
            tier=tier,
            query=query,
            headers=self._headers(has_body=json is not None),
            json=json,
        )

    async def done(self, call: Call) -> None:
        """Send a call whose answer has no body that we read."""
        answer = await self.sender.send(call)
        if not answer.is_success:
            raise refusal(call, answer)

    async def object(self, call: Call) -> JsonObject:
        """Give the JSON document of a successful answer."""
        return accepted(call, await self.sender.send(call))

    async def pages(
        self, call: Call, read: Callable[[JsonObject], RowT | None]
    ) -> list[RowT]:
        """Give the rows of every page, following `links.next` until there is none."""
        body = await self.object(call)
        found = read_rows(body, read)
        followed: set[str] = set()
        while (link := next_page(body)) and link not in followed:
            followed.add(link)
            body = await self.object(self.following(call, link))
            found += read_rows(body, read)
        return found

    def following(self, call: Call, link: str) -> Call:
        """Follow the link's path and query on our own host.

        So the key is shown to nobody else.
        """
        try:
            path = httpx.URL(link).raw_path
        except httpx.InvalidURL:
            raise unreadable(call, "a broken link to the next page") from None
        return replace(call, url=self.base_url.copy_with(raw_path=path), query=None)

    def _headers(self, *, has_body: bool) -> dict[str, str]:
        headers = {
            "Authorization": self.credentials.authorization,
            "Accept": MEDIA_TYPE,
            "revision": REVISION,
        }
        return {**headers, "Content-Type": MEDIA_TYPE} if has_body else headers


def accepted(call: Call, answer: httpx.Response) -> JsonObject:
    """Give the JSON object in a 2xx answer; raise what another answer means."""
    if not answer.is_success:
        raise refusal(call, answer)
    body = read_object(answer.content)
    if body is None:
        raise unreadable(call, "no JSON object")
    return body


def says_not_found(answer: httpx.Response) -> bool:
    """Say whether a 404 is Klaviyo's own: a proxy's proves nothing about a profile."""
    if answer.status_code != httpx.codes.NOT_FOUND:
        return False
    return read_refusal(read_object(answer.content) or {}) is not None


def unreadable(call: Call, detail: str) -> PlatformAnswerUnreadable:
    """Tell that an answer is in no shape of Klaviyo's."""
    return PlatformAnswerUnreadable(platform=PLATFORM, call=call.name, detail=detail)


def unknown_profile(call_name: str) -> PlatformNotFound:
    """Tell that an id cannot be a profile's, without asking Klaviyo."""
    return PlatformNotFound(
        platform=PLATFORM,
        call=call_name,
        status=int(httpx.codes.NOT_FOUND),
        detail="this cannot be the id of a profile",
    )


def refusal(call: Call, answer: httpx.Response) -> PlatformError:
    """Tell what an answer that is no success means."""
    said = read_refusal(read_object(answer.content) or {})
    if said is None:
        return unreadable(call, f"status {answer.status_code} without a reason")
    return _KINDS.get(answer.status_code, PlatformRefused)(
        platform=PLATFORM,
        call=call.name,
        status=answer.status_code,
        code=said.code,
        detail=shown(said.detail),
        parameter=said.parameter,
        duplicate_profile_id=said.duplicate_profile_id,
    )


_KINDS: dict[int, type[PlatformRefused]] = {
    httpx.codes.UNAUTHORIZED: CredentialsRefused,
    httpx.codes.FORBIDDEN: CredentialsRefused,
    httpx.codes.NOT_FOUND: PlatformNotFound,
    httpx.codes.CONFLICT: DuplicateProfile,
}
