"""What is known now about the ways to link a merchant's customers.

Our own counts always; Klaviyo's forms and stored LINE User IDs as far as Klaviyo can be
read in a few seconds. What cannot be read is said with its reason and raises nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from marketing_agent.core.errors import MarketingAgentError, PlatformUnreachable
from marketing_agent.platforms.klaviyo.segments import KlaviyoSegments
from marketing_agent.services import connections, klaviyo_forms
from marketing_agent.services.imports.preview import sample_of
from marketing_agent.storage import coverage, import_runs
from marketing_agent.storage.import_runs import IMPORT_KINDS, ImportState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence
    from datetime import datetime

    from marketing_agent.core.facts import Method
    from marketing_agent.platforms.klaviyo.forms_wire import KlaviyoForm
    from marketing_agent.platforms.klaviyo.segments import KlaviyoSegment
    from marketing_agent.services.ground import Ground
    from marketing_agent.services.imports.preview import Sample
    from marketing_agent.storage.coverage import Coverage

MOST_SAMPLED: Final = 5
"""Segments that are looked into; those whose name speaks of LINE come first."""
_LONGEST_WAIT: Final = 8.0
"""Seconds for all that is asked of Klaviyo for one fact."""
_OF_LINE: Final = ("line", "ライン", "移行", "migration")
FoundT = TypeVar("FoundT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A fact that could not be read now, and why."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCounts:
    """What is counted here, without asking anybody."""

    coverage: Coverage
    untried: int
    """Unlinked friends whom nothing has tried to link."""
    with_signals: int
    """Unlinked friends whose email or phone is known here."""
    set_up: frozenset[Method]
    scanned: int | None = None
    """Profiles that the last whole import read."""
    scanned_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A segment's property that holds LINE User IDs on some of the profiles seen."""

    segment_id: str
    segment_name: str
    property: str
    looked_at: int
    line_user_ids: int
    profiles: int | None = None
    """Klaviyo's own count of the segment; None where it was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIds:
    """Where LINE User IDs were seen among Klaviyo's segments."""

    sources: tuple[Source, ...]
    """Most of them first."""
    segments: int
    sampled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFacts:
    """All of it, read at one moment."""

    at: datetime
    counts: OwnCounts
    forms: tuple[KlaviyoForm, ...] | Unread
    """Those that are live."""
    stored_ids: StoredIds | Unread


async def method_facts(ground: Ground, merchant_id: int) -> MethodFacts:
    """Read what there is to know. Raises nothing about Klaviyo."""
    counts, forms, stored = await asyncio.gather(
        _own_counts(ground, merchant_id),
        _readable(_live_forms(ground, merchant_id)),
        _readable(_stored_ids(ground, merchant_id)),
    )
    return MethodFacts(at=ground.clock(), counts=counts, forms=forms, stored_ids=stored)


async def _own_counts(ground: Ground, merchant_id: int) -> OwnCounts:
    async with ground.database.transaction() as tx:
        runs = await import_runs.newest(tx, merchant_id, IMPORT_KINDS, limit=20)
        whole = [run for run in runs if run.state is ImportState.DONE and run.expected]
        return OwnCounts(
            coverage=await coverage.now(tx, merchant_id),
            untried=await coverage.count_untried(tx, merchant_id),
            with_signals=await coverage.count_with_signals(tx, merchant_id),
            set_up=await coverage.methods_set_up(tx, merchant_id),
            scanned=whole[0].expected if whole else None,
            scanned_at=whole[0].ended_at if whole else None,
        )


async def _readable(reading: Awaitable[FoundT]) -> FoundT | Unread:
    try:
        async with asyncio.timeout(_LONGEST_WAIT):
            return await reading
    except TimeoutError:
        slow = PlatformUnreachable(platform="Klaviyo", detail="too slow")
        return Unread(why=slow.message)
    except MarketingAgentError as error:
        return Unread(why=error.message)


async def _live_forms(ground: Ground, merchant_id: int) -> tuple[KlaviyoForm, ...]:
    found = await klaviyo_forms.forms_of(ground, merchant_id)
    return tuple(form for form in found if form.live)


async def _stored_ids(ground: Ground, merchant_id: int) -> StoredIds:
    async with ground.database.transaction() as tx:
        klaviyo = await connections.klaviyo_of(ground, tx, merchant_id)
    segments = KlaviyoSegments(klaviyo.exchange)
    there = await segments.all()
    chosen = sorted(there, key=_speaks_of_line, reverse=True)[:MOST_SAMPLED]
    samples = await asyncio.gather(
        *(sample_of(segments, each.id, pages=1) for each in chosen)
    )
    sources = _sources(samples)
    if sources:
        counted = await segments.find(sources[0].segment_id, counted=True)
        sources = _with_count(sources, counted)
    return StoredIds(sources=tuple(sources), segments=len(there), sampled=len(samples))


def _speaks_of_line(segment: KlaviyoSegment) -> bool:
    return any(word in segment.name.casefold() for word in _OF_LINE)


def _sources(samples: Sequence[Sample]) -> list[Source]:
    found = [
        Source(
            segment_id=sample.segment.id,
            segment_name=sample.segment.name,
            property=each.name,
            looked_at=len(sample.rows),
            line_user_ids=each.line_user_ids,
        )
        for sample in samples
        for each in sample.properties()
        if each.line_user_ids
    ]
    return sorted(found, key=lambda each: -each.line_user_ids)


def _with_count(sources: list[Source], counted: KlaviyoSegment | None) -> list[Source]:
    """Klaviyo counts only 15 times a minute: the best segment is enough."""
    if counted is None:
        return sources
    first, *others = sources
    known = Source(
        segment_id=first.segment_id,
        segment_name=first.segment_name,
        property=first.property,
        looked_at=first.looked_at,
        line_user_ids=first.line_user_ids,
        profiles=counted.profiles,
    )
    return [known, *others]
