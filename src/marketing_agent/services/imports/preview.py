"""What a segment's profiles hold, looked at before anything is imported.

Names and counts only: no value leaves this module. Up to 1,000 profiles are all looked
at; of more, the 500 that joined last and the 500 that joined first.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import NotFound, PlatformNotFound
from marketing_agent.core.import_counts import Tally, recount
from marketing_agent.core.stored_ids import StoredId, Verdict, read_stored
from marketing_agent.platforms.klaviyo.segments import KlaviyoSegments
from marketing_agent.services import connections
from marketing_agent.services.erasure import erased_among
from marketing_agent.storage import friends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import LineUserId
    from marketing_agent.platforms.klaviyo.segments import KlaviyoSegment, ProfileRow
    from marketing_agent.services.ground import Ground

SAMPLE_PAGES: Final = 5
"""Of 100 profiles, from each end of a segment that is too large to read whole."""
_MOST_NAMES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertySeen:
    """A custom property, and on how many of the profiles it stands."""

    name: str
    profiles: int
    line_user_ids: int
    """On how many it is one well-formed LINE User ID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Some of a segment's profiles, or all of them."""

    segment: KlaviyoSegment
    rows: tuple[ProfileRow, ...]
    is_whole: bool
    """Whether these are all."""

    def properties(self) -> list[PropertySeen]:
        """The properties on these profiles; first those that hold LINE User IDs."""
        on: Counter[str] = Counter()
        holding: Counter[str] = Counter()
        for row in self.rows:
            for name, value in row.properties.items():
                on[name] += 1
                holding[name] += isinstance(read_stored(value), StoredId)
        seen = [
            PropertySeen(name=name, profiles=count, line_user_ids=holding[name])
            for name, count in on.items()
        ]
        seen.sort(key=lambda each: (-each.line_user_ids, -each.profiles, each.name))
        return seen[:_MOST_NAMES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an import would find. The counts are of the profiles that were looked at."""

    segment: KlaviyoSegment
    property: str
    is_whole: bool
    tally: Tally
    shared_ids: int
    """LINE User IDs that stand on several of these profiles."""
    sharing_profiles: int
    """The profiles that carry those."""
    looks_foreign: bool


async def segments_named(
    ground: Ground, merchant_id: int, part: str | None
) -> list[KlaviyoSegment]:
    """The segments with this in their names, or all. Raises as `take_sample` does."""
    async with ground.database.transaction() as tx:
        klaviyo = await connections.klaviyo_of(ground, tx, merchant_id)
    found = await KlaviyoSegments(klaviyo.exchange).all()
    wanted = (part or "").casefold()
    return [each for each in found if wanted in each.name.casefold()]


async def take_sample(
    ground: Ground, merchant_id: int, segment_id: str, *, counted: bool = False
) -> Sample:
    """Look at a segment, and have its profiles counted where that is asked for.

    Raises NotFound, SetupMissing and PlatformError.
    """
    async with ground.database.transaction() as tx:
        klaviyo = await connections.klaviyo_of(ground, tx, merchant_id)
    segments = KlaviyoSegments(klaviyo.exchange)
    return await sample_of(segments, segment_id, pages=SAMPLE_PAGES, counted=counted)


async def sample_of(
    klaviyo: KlaviyoSegments, segment_id: str, *, pages: int, counted: bool = False
) -> Sample:
    """The same, with the account's client at hand; `pages` from each end."""
    segment = await klaviyo.find(segment_id, counted=counted)
    if segment is None:
        raise NotFound(noun="segment in Klaviyo", name=segment_id[:40])
    (newest, ended), (oldest, _) = await asyncio.gather(
        _read(klaviyo, segment_id, pages, newest_first=True),
        _read(klaviyo, segment_id, pages, newest_first=False),
    )
    rows = {row.id: row for row in (*newest, *oldest)}
    is_whole = ended or len(rows) < len(newest) + len(oldest)
    return Sample(segment=segment, rows=tuple(rows.values()), is_whole=is_whole)


async def preview(
    ground: Ground, merchant_id: int, segment_id: str, property_: str
) -> Preview:
    """What an import of this would find; raises what `take_sample` raises."""
    sample = await take_sample(ground, merchant_id, segment_id, counted=True)
    read = [read_stored(row.properties.get(property_)) for row in sample.rows]
    ids = [each.line_user for each in read if isinstance(each, StoredId)]
    async with ground.database.transaction() as tx:
        verdicts = await _verdicts(ground, tx, merchant_id, ids)
    tally = recount(
        (None, each if isinstance(each, Verdict) else verdicts[each.line_user])
        for each in read
    )
    shared = [count for count in Counter(ids).values() if count > 1]
    return Preview(
        segment=sample.segment,
        property=property_,
        is_whole=sample.is_whole,
        tally=tally,
        shared_ids=len(shared),
        sharing_profiles=sum(shared),
        looks_foreign=tally.looks_foreign(),
    )


async def _read(
    klaviyo: KlaviyoSegments, segment_id: str, pages: int, *, newest_first: bool
) -> tuple[list[ProfileRow], bool]:
    """The pages' profiles, and whether there were no more."""
    rows: list[ProfileRow] = []
    link: str | None = None
    for _ in range(pages):
        try:
            page = await klaviyo.members(
                segment_id, newest_first=newest_first, link=link
            )
        except PlatformNotFound as error:
            noun = "segment in Klaviyo"
            raise NotFound(noun=noun, name=segment_id[:40]) from error
        rows += page.rows
        link = page.next
        if link is None:
            return rows, True
    return rows, False


async def _verdicts(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    ids: Sequence[LineUserId],
) -> dict[LineUserId, Verdict]:
    verdicts = dict.fromkeys(ids, Verdict.STRANGER)
    known = await friends.following_among(tx, merchant_id, verdicts.keys())
    verdicts |= dict.fromkeys(known, Verdict.FRIEND)
    erased = await erased_among(ground, tx, merchant_id, verdicts.keys())
    return verdicts | dict.fromkeys(erased, Verdict.ERASED)
