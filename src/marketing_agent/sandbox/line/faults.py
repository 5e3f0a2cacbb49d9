"""Faults the LINE sandbox can be told to have.

A `Fault` hits HTTP calls by path prefix; `LoginFaults` change what a login yields.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class FaultKind(StrEnum):
    """What happens to a call that is hit."""

    STATUS = "status"
    """Answered with `status` and an error body; the call has no effect."""
    SLOW = "slow"
    """Answered properly after `seconds`."""
    HANG = "hang"
    """Answered only once the faults are released."""
    CLOSE = "close"
    """The connection breaks off before the body."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """A fault on the next `times` calls whose path starts with `path` (None: all)."""

    path: str
    kind: FaultKind
    status: int = 500
    seconds: float = 0.0
    times: int | None = 1
    method: str | None = None
    retry_after: int | None = None

    def hits(self, method: str, path: str) -> bool:
        """Whether this fault is for that call and has hits left."""
        wanted = self.method is None or self.method == method
        return wanted and path.startswith(self.path) and self.times != 0


@dataclass(slots=True, kw_only=True)
class LoginFaults:
    """What goes wrong in logins until it is switched off again."""

    bogus_callback: bool = False
    """As in private browsing: code and state are not ours, unless the request says
    `disable_auto_login=true` (facts from LINE's "how to handle auto login failure")."""
    other_browser: bool = False
    """The login began in a mail program's or QR reader's browser: the phone returns to
    its default browser, which has other cookies. Here a link stands in for that."""
    wrong_nonce: bool = False
    id_token_skew: timedelta = timedelta()
    """Added to the issue and expiry times of ID tokens."""


@dataclass(slots=True)
class Faults:
    """The faults in force."""

    login: LoginFaults = field(default_factory=LoginFaults)
    _faults: list[Fault] = field(default_factory=list)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force; the oldest one that matches a call hits it."""
        self._faults.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that hits this call, counted down."""
        for fault in self._faults:
            if fault.hits(method, path):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    async def hang(self) -> None:
        """Wait for the next `release`."""
        await self._released.wait()

    def release(self) -> None:
        """Let every hanging call go on; later ones hang anew."""
        self._released.set()
        self._released = asyncio.Event()

    def clear(self) -> None:
        """Switch all faults off and release what hangs."""
        self._faults.clear()
        self.login = LoginFaults()
        self.release()
