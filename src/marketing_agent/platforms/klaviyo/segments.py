"""Segments and their members, a page at a time, and profiles by when they changed.

Raises what `KlaviyoClient` raises. A page is read whole or not at all; where it ends,
`next` is the link that leads on, to be stored and followed by any process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import PlatformNotFound
from marketing_agent.core.signals import ProfileId
from marketing_agent.platforms.json_values import (
    JsonObject,
    as_flag,
    as_moment,
    as_object,
    as_text,
    as_whole_number,
)
from marketing_agent.platforms.klaviyo import tiers
from marketing_agent.platforms.klaviyo.exchange import PLATFORM, accepted, unreadable
from marketing_agent.platforms.klaviyo.filters import MOST_VALUES, any_of, batches
from marketing_agent.platforms.klaviyo.wire import next_page, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

    from marketing_agent.platforms.klaviyo.exchange import KlaviyoExchange
    from marketing_agent.platforms.sender import Call

_SEGMENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PAGE: Final = {"page[size]": str(MOST_VALUES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class KlaviyoSegment:
    """A segment of Klaviyo's; `profiles` only where the count was asked for."""

    id: str
    name: str
    is_active: bool = True
    is_processing: bool = False
    """Klaviyo is computing anew who is in it."""
    profiles: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """A profile as an import sees it: no name, address or phone number."""

    id: ProfileId
    properties: JsonObject = field(default_factory=dict, repr=False)
    moment: datetime | None = None
    """When it joined the segment, or was changed: what the page is sorted by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePage:
    """Up to 100 profiles, oldest moment first unless the newest were asked for."""

    rows: tuple[ProfileRow, ...]
    next: str | None
    """None after the last page."""
    told_at: datetime | None
    """Klaviyo's own clock when it answered (the `Date` of the answer)."""


class KlaviyoSegments:
    """The segments of one account."""

    def __init__(self, exchange: KlaviyoExchange) -> None:
        self._klaviyo = exchange

    async def all(self) -> list[KlaviyoSegment]:
        """Every segment of the account; Klaviyo gives 10 a call."""
        query = {"page[size]": "10", "sort": "name", "fields[segment]": _FIELDS}
        call = self._klaviyo.call(
            "get_segments", "GET", "/api/segments", tiers.SEGMENTS, query=query
        )
        return await self._klaviyo.pages(call, _read_segment)

    async def find(
        self, segment_id: str, *, counted: bool = False
    ) -> KlaviyoSegment | None:
        """The segment, or None where there is none of this id.

        Counting its members costs one of 15 calls a minute.
        """
        if not _SEGMENT_ID.fullmatch(segment_id):
            return None
        query = {"fields[segment]": _FIELDS}
        if counted:
            query["additional-fields[segment]"] = "profile_count"
            query["fields[segment]"] += ",profile_count"
        tier = tiers.PROFILE_COUNT if counted else tiers.SEGMENTS
        call = self._klaviyo.call(
            "get_segment", "GET", f"/api/segments/{segment_id}", tier, query=query
        )
        try:
            body = await self._klaviyo.object(call)
        except PlatformNotFound:
            return None
        found = _read_segment(as_object(body.get("data")))
        if found is None:
            raise unreadable(call, "no segment in it")
        return found

    async def members(
        self,
        segment_id: str,
        *,
        since: datetime | None = None,
        newest_first: bool = False,
        link: str | None = None,
    ) -> ProfilePage:
        """A page of members by when they joined: all, or those who joined `since`.

        Raises PlatformNotFound where the segment is gone.
        """
        sort = "-joined_group_at" if newest_first else "joined_group_at"
        query = {**_PAGE, "sort": sort, "fields[profile]": "properties,joined_group_at"}
        if since is not None:
            query["filter"] = f"greater-or-equal(joined_group_at,{_instant(since)})"
        return await self._page(self._members_call(segment_id, query), link)

    async def changed(self, since: datetime, *, link: str | None = None) -> ProfilePage:
        """A page of the whole account's profiles that were changed after `since`."""
        query = {
            **_PAGE,
            "sort": "updated",
            "fields[profile]": "properties,updated",
            "filter": f"greater-than(updated,{_instant(since)})",
        }
        call = self._klaviyo.call(
            "get_profiles", "GET", "/api/profiles", tiers.PROFILES, query=query
        )
        return await self._page(call, link)

    async def among(
        self, segment_id: str, profiles: Sequence[ProfileId]
    ) -> list[ProfileRow]:
        """Those of these profiles that are in the segment, 100 looked up in a call."""
        found: list[ProfileRow] = []
        for batch in batches(profiles):
            query = {
                **_PAGE,
                "fields[profile]": "joined_group_at",
                "filter": any_of("profile_id", batch),
            }
            call = self._members_call(segment_id, query)
            found += await self._klaviyo.pages(call, _read_row)
        return found

    async def _page(self, call: Call, link: str | None) -> ProfilePage:
        asked = call if link is None else self._klaviyo.following(call, link)
        answer = await self._klaviyo.sender.send(asked)
        body = accepted(asked, answer)
        return ProfilePage(
            rows=tuple(read_rows(body, _read_row)),
            next=next_page(body),
            told_at=_told_at(answer),
        )

    def _members_call(self, segment_id: str, query: Mapping[str, str]) -> Call:
        if not _SEGMENT_ID.fullmatch(segment_id):
            raise PlatformNotFound(
                platform=PLATFORM,
                call="get_profiles_for_segment",
                status=404,
                detail="this cannot be the id of a segment",
            )
        path = f"/api/segments/{segment_id}/profiles"
        return self._klaviyo.call(
            "get_profiles_for_segment", "GET", path, tiers.MEMBERS, query=query
        )


_FIELDS: Final = "name,is_active,is_processing"


def _read_segment(row: JsonObject) -> KlaviyoSegment | None:
    """Read a segment; an id is the least."""
    segment_id = as_text(row.get("id"))
    if segment_id is None:
        return None
    attributes = as_object(row.get("attributes"))
    is_active = as_flag(attributes.get("is_active"))
    return KlaviyoSegment(
        id=segment_id,
        name=as_text(attributes.get("name")) or segment_id,
        is_active=True if is_active is None else is_active,
        is_processing=as_flag(attributes.get("is_processing")) or False,
        profiles=as_whole_number(attributes.get("profile_count")),
    )


def _read_row(row: JsonObject) -> ProfileRow | None:
    """Read a profile or a member; an id is the least."""
    profile_id = as_text(row.get("id"))
    if profile_id is None:
        return None
    attributes = as_object(row.get("attributes"))
    moment = attributes.get("joined_group_at") or attributes.get("updated")
    return ProfileRow(
        id=ProfileId(profile_id),
        properties=as_object(attributes.get("properties")),
        moment=as_moment(moment),
    )


def _told_at(answer: httpx.Response) -> datetime | None:
    """Read `Date` (RFC 9110 6.6.1); of several the one nearest to Klaviyo."""
    said = answer.headers.get_list("date")
    try:
        told = parsedate_to_datetime(said[-1]) if said else None
    except ValueError:
        return None
    return told if told is None or told.tzinfo else told.replace(tzinfo=UTC)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
