"""A call of each repository function that a diagnosis asks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.facts import Method
from marketing_agent.core.signals import ProfileId
from marketing_agent.storage import attempt_counts, attempts, logins, unwritten

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncConnection

_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)

DIAGNOSIS_READS: Final[
    dict[str, Callable[[AsyncConnection, int, Any], Awaitable[object]]]
] = {
    "attempt_counts.by_setting": lambda tx, m, _: attempt_counts.by_setting(
        tx, m, Method.QR_LINK
    ),
    "attempts.about": lambda tx, m, _: attempts.about(
        tx, m, ProfileId("01PROFILE-P"), email=None, phone=None
    ),
    "logins.newest": lambda tx, m, _: logins.newest(tx, m, limit=9),
    "unwritten.by_reason": lambda tx, m, _: unwritten.by_reason(
        tx, m, dead_after=_EVER
    ),
}
