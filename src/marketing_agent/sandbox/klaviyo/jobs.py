"""Work that Klaviyo takes at once (202) and carries out later, in order."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

Work = tuple["datetime", int, "Callable[[], None]"]


class Jobs:
    """What is still to be done; it is done at the first look after it is due."""

    def __init__(self) -> None:
        self._waiting: list[Work] = []
        self._taken = 0
        self._busy = False

    def take(self, due: datetime, work: Callable[[], None]) -> None:
        """Take work to be done from then on."""
        self._taken += 1
        heapq.heappush(self._waiting, (due, self._taken, work))

    def catch_up(self, now: datetime) -> None:
        """Do what is due, one thing after the other."""
        # Work looks at the account itself, which leads here again.
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting and self._waiting[0][0] <= now:
                heapq.heappop(self._waiting)[2]()
        finally:
            self._busy = False
