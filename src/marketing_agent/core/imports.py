"""Import existing LINE User IDs: how much a run reads, and when it is due.

Pure. A *sighting* is one profile of the source segment with the value that its LINE
User ID property held when it was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

CYCLE: Final = timedelta(minutes=15)
"""How often an import looks for changes."""
OVERLAP: Final = 2 * CYCLE
"""How far behind its watermark it looks again: Klaviyo computes segments late."""
RECONCILE_AT: Final = time(hour=3)
"""Merchant's time: when everything is read again, to see who has left."""
MOST_SHARED: Final = 20
"""An ID on more profiles than this is a default or test value, not a person."""


class Extent(StrEnum):
    """How much a run reads."""

    FULL = "full"
    """Every member: the first run of a setting."""
    CHANGES = "changes"
    """Who joined the segment or was edited since the watermarks."""
    RECONCILE = "reconcile"
    """Every member once a night, slowly, beside the runs that read the changes."""
    REMOVAL = "removal"
    """Nothing: it clears away what a setting that was removed has left."""

    @property
    def reads_everyone(self) -> bool:
        """Whether whoever is not read has left the segment."""
        return self in {Extent.FULL, Extent.RECONCILE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermarks:
    """Klaviyo's own clock when everything before it had been read."""

    joined: datetime | None = None
    updated: datetime | None = None

    @property
    def complete(self) -> bool:
        """Whether a run may read changes only."""
        return self.joined is not None and self.updated is not None


def read_from(watermark: datetime) -> datetime:
    """Where a run that reads changes begins."""
    return watermark - OVERLAP


def due(
    watermarks: Watermarks, *, next_run_at: datetime, full_at: datetime, now: datetime
) -> Extent | None:
    """Which run has to begin now, if any: the changes before the night's reading."""
    if now >= next_run_at:
        return Extent.CHANGES if watermarks.complete else Extent.FULL
    if now >= full_at and watermarks.complete:
        return Extent.RECONCILE
    return None


def next_cycle(began: datetime, now: datetime) -> datetime:
    """When changes are read next, after a run that began then and has ended now."""
    return max(now, began + CYCLE)


def next_night(now: datetime, time_zone: str) -> datetime:
    """The next hour for reading everyone again; UTC where the zone is unknown."""
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    local = now.astimezone(zone)
    night = datetime.combine(local.date(), RECONCILE_AT, tzinfo=zone)
    if night <= local:
        tomorrow = local.date() + timedelta(days=1)
        night = datetime.combine(tomorrow, RECONCILE_AT, tzinfo=zone)
    return night.astimezone(UTC)
