"""How often an address may be wrong about a code: bookkeeping of one process."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from marketing_agent.services.ground import Clock

_MOST_WRONG: Final = 10
_WINDOW: Final = timedelta(minutes=1)
_MOST_ADDRESSES: Final = 10_000
"""Beyond it the oldest windows are forgotten, so that strangers fill no memory."""


class TooManyTries(NotAllowed):
    """Too many wrong tries. Wait {retry_after} s, then try again."""

    @property
    def retry_after(self) -> float:
        """Seconds to wait."""
        return float(str(self.facts["retry_after"]))


@dataclass(slots=True)
class _Window:
    ends: datetime
    tries: int = 0


class Tries:
    """The tries of each address, in windows of a minute that begin with the first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[str, _Window] = {}

    @contextmanager
    def counted(self, address: str) -> Iterator[None]:
        """Count a try from its beginning, and take it back if the block ends well.

        Raises TooManyTries instead of entering the block.
        """
        window = self._window_of(address)
        if window.tries >= _MOST_WRONG:
            left = (window.ends - self._clock()).total_seconds()
            raise TooManyTries(retry_after=math.ceil(left))
        window.tries += 1
        yield
        window.tries -= 1

    def _window_of(self, address: str) -> _Window:
        now = self._clock()
        window = self._windows.get(address)
        if window is None or window.ends <= now:
            self._windows.pop(address, None)
            window = self._windows[address] = _Window(ends=now + _WINDOW)
            if len(self._windows) > _MOST_ADDRESSES:
                del self._windows[next(iter(self._windows))]
        return window
