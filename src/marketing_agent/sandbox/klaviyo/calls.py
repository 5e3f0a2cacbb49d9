"""The log of what was asked of the account."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_KEPT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request.

    `query` has the parameters' names without their values, which may be personal data.
    `status` is none if the connection was closed instead of an answer.
    """

    method: str
    path: str
    query: tuple[str, ...]
    status: int | None
    at: datetime


class CallLog:
    """The latest calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_KEPT)

    def note(self, call: Call) -> None:
        """Add a call."""
        self._calls.append(call)

    def all(self, on: str = "") -> tuple[Call, ...]:
        """List the calls, or those whose `METHOD /path` starts with *on*."""
        calls = tuple(self._calls)
        return tuple(c for c in calls if f"{c.method} {c.path}".startswith(on))

    def clear(self) -> None:
        """Forget the calls so far."""
        self._calls.clear()
