"""A clock that a test moves by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class HandClock:
    """Stands at the beginning of a minute until it is moved."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self._now

    def advance(self, **by: float) -> None:
        """Move forward, as `timedelta` takes it: `advance(seconds=5)`."""
        self._now += timedelta(**by)
