"""Reading pages of profiles, and storing what their LINE User ID property holds.

The next page is asked for while the last ones are stored. A few pages share one
transaction, with the position after them: a killed run reads at most those again.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import PlatformError, PlatformThrottled
from marketing_agent.core.import_counts import recount
from marketing_agent.core.stored_ids import StoredId, Verdict, read_stored
from marketing_agent.platforms.klaviyo.segments import KlaviyoSegments
from marketing_agent.services import connections
from marketing_agent.services.erasure import erased_among
from marketing_agent.services.imports.position import Phase, after_reading
from marketing_agent.storage import friends, sightings
from marketing_agent.storage.sightings import Read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import LineUserId, ProfileId
    from marketing_agent.platforms.klaviyo.segments import ProfilePage, ProfileRow
    from marketing_agent.services.imports.hand import Hand
    from marketing_agent.services.imports.position import Position

PAGES_AT_ONCE: Final = 10
"""Stored in one transaction."""
_MOST_MEMBERS: Final = 100
"""Looked up in one request."""
_SAME_MOMENT: Final = timedelta(seconds=1)
"""Klaviyo's filters and moments are read to the second."""
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

Rows = dict["ProfileId", "ProfileRow"]


async def read_pages(hand: Hand, has_room: Callable[[], bool]) -> None:
    """Read and store pages until the phase is over or there is no room for more.

    Raises PlatformError after what had been read is stored, LeaseLost and RunOver.
    """
    if hand.extent.reads_everyone and hand.run.requests == 0:
        await _count(hand)
    group: list[ProfilePage] = []
    asked = asyncio.create_task(_ask(hand, hand.position.link))
    try:
        while True:
            page = await asked
            group.append(page)
            goes_on = page.next is not None and has_room()
            if goes_on:
                asked = asyncio.create_task(_ask(hand, page.next))
            if not goes_on or len(group) == PAGES_AT_ONCE:
                full, group = group, []
                await _store(hand, full)
            if not goes_on:
                return
    except PlatformError:
        if group:
            await _store(hand, group)
        raise
    finally:
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)


async def _count(hand: Hand) -> None:
    """How many there are to read, for whoever follows the run's progress.

    One call that a person looks at; where it would have to wait, it is left out.
    """
    async with hand.ground.database.transaction() as tx:
        klaviyo = await connections.klaviyo_of(hand.ground, tx, hand.merchant_id)
    with suppress(PlatformThrottled):
        segments = KlaviyoSegments(klaviyo.exchange)
        segment = await segments.find(hand.segment_id, counted=True)
        expected = None if segment is None else segment.profiles
        async with hand.writing() as tx:
            await hand.keep(tx, hand.position, requests=1, expected=expected)


async def _ask(hand: Hand, link: str | None) -> ProfilePage:
    assert hand.klaviyo is not None
    begins = _begins(hand)
    if hand.phase is Phase.MEMBERS:
        return await hand.klaviyo.members(hand.segment_id, since=begins, link=link)
    assert begins is not None, "only a run that reads changes comes here"
    return await hand.klaviyo.changed(begins, link=link)


def _begins(hand: Hand) -> datetime | None:
    """Without a link: just before what is stored already, or where the run began."""
    position = hand.position
    if position.reached is not None:
        return position.reached - _SAME_MOMENT
    members = hand.phase is Phase.MEMBERS
    return position.joined_since if members else position.updated_since


async def _store(hand: Hand, pages: Sequence[ProfilePage]) -> None:
    """Store these pages and the position after them, or nothing."""
    rows: Rows = {row.id: row for page in pages for row in page.rows}
    requests = len(pages)
    if hand.phase is Phase.CHANGED:
        rows, asked = await _members_of(hand, rows)
        requests += asked
    stored = {
        row.id: read_stored(row.properties.get(hand.property)) for row in rows.values()
    }
    async with hand.writing() as tx:
        read = await _judged(hand, tx, stored)
        before = await sightings.known(tx, hand.merchant_id, stored.keys())
        mine = {
            each.profile: each.verdict
            for each in before.values()
            if each.run_id == hand.run.id
        }
        tally = recount((mine.get(each.profile), each.verdict) for each in read)
        now = hand.ground.clock()
        await sightings.put(tx, hand.merchant_id, hand.run.id, read, now)
        phase, position = _after(hand, pages, now)
        await hand.keep(tx, position, phase=phase, tally=tally, requests=requests)


async def _members_of(hand: Hand, rows: Rows) -> tuple[Rows, int]:
    """Those of the segment, and how many requests it took to know.

    Somebody without a value who is not known as a member is of no interest.
    """
    assert hand.klaviyo is not None
    async with hand.ground.database.transaction() as tx:
        known = await sightings.known(tx, hand.merchant_id, rows.keys())
    unknown = [
        row.id
        for row in rows.values()
        if row.id not in known
        and read_stored(row.properties.get(hand.property)) is not Verdict.EMPTY
    ]
    found = await hand.klaviyo.among(hand.segment_id, unknown) if unknown else []
    members = known.keys() | {each.id for each in found}
    kept = {key: row for key, row in rows.items() if key in members}
    return kept, -(-len(unknown) // _MOST_MEMBERS)


async def _judged(
    hand: Hand, tx: AsyncConnection, stored: Mapping[ProfileId, StoredId | Verdict]
) -> list[Read]:
    """How each profile counts. Of people to be forgotten not even the ID is kept."""
    ids = {each.line_user for each in stored.values() if isinstance(each, StoredId)}
    erased = await erased_among(hand.ground, tx, hand.merchant_id, ids)
    known = await friends.following_among(tx, hand.merchant_id, ids)

    def judged(profile: ProfileId, value: StoredId | Verdict) -> Read:
        if isinstance(value, Verdict):
            return Read(profile=profile, line_user=None, verdict=value)
        line_user: LineUserId = value.line_user
        if line_user in erased:
            return Read(profile=profile, line_user=None, verdict=Verdict.ERASED)
        verdict = Verdict.FRIEND if line_user in known else Verdict.STRANGER
        return Read(profile=profile, line_user=line_user, verdict=verdict)

    return [judged(profile, value) for profile, value in stored.items()]


def _after(
    hand: Hand, pages: Sequence[ProfilePage], now: datetime
) -> tuple[Phase, Position]:
    """The position after these pages; the very first one tells the next watermark."""
    position, phase, link = hand.position, hand.phase, pages[-1].next
    moments = [row.moment for page in pages for row in page.rows if row.moment]
    reached = max([*moments, position.reached or _LONG_AGO])
    told: dict[str, object] = {"told_at": position.told_at or pages[0].told_at}
    if reached > _LONG_AGO:
        told["joined_to" if phase is Phase.MEMBERS else "updated_to"] = reached
    if link is not None:
        known = reached if reached > _LONG_AGO else None
        return phase, position.moved(link=link, reached=known, **told)
    return (
        after_reading(phase, hand.extent),
        position.entering(scanned_at=now, **told),
    )
