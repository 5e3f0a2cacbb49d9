"""Profiles that are gone and people who were erased: a call of each function."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.signals import LineUserId, ProfileId, SignalHash
from marketing_agent.storage import (
    erasures,
    login_tokens,
    profile_watch,
    profiles,
)
from marketing_agent.storage.profile_watch import Reading
from marketing_agent.storage.profiles import ReadProfile

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncConnection

    Calls = dict[str, Callable[[AsyncConnection, int, Any], Awaitable[object]]]

_AT: Final = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
_LATER: Final = datetime(2026, 6, 4, 9, 30, tzinfo=UTC)
_HANA: Final = LineUserId("U" + "1" * 32)
_NOBODY: Final = LineUserId("U" + "f" * 32)
MISSING: Final = ProfileId("01PROFILE-MISSING")
GONE: Final = ProfileId("01PROFILE-GONE")
PERSON: Final = "hash of a person"


async def meet_absence(tx: AsyncConnection, merchant_id: int) -> None:
    """One profile is missing, another gone, and somebody was erased."""
    shown = [
        ReadProfile(
            profile=each,
            email=SignalHash("hash"),
            phone=None,
            signals_sealed=b"sealed",
            read_at=_AT,
        )
        for each in (MISSING, GONE)
    ]
    await profiles.remember(tx, merchant_id, shown)
    for each in (MISSING, GONE):
        await profiles.missing(tx, merchant_id, each, _AT)
    await profile_watch.decide_gone(tx, merchant_id, GONE, _AT)
    await erasures.add(tx, merchant_id, PERSON, b"sealed", _AT)


ABSENCE_READS: Final[Calls] = {
    "erasures.among": lambda tx, m, _: erasures.among(tx, m, [PERSON]),
    "erasures.is_awaited": lambda tx, m, _: erasures.is_awaited(tx, m, _HANA),
    "erasures.unfinished": lambda tx, m, _: erasures.unfinished(tx, m),
    "profile_watch.gone_among": lambda tx, m, _: profile_watch.gone_among(
        tx, m, [MISSING, GONE]
    ),
    "profile_watch.linked_after": lambda tx, m, _: profile_watch.linked_after(
        tx, m, None, limit=9
    ),
    "profile_watch.missing_before": lambda tx, m, _: profile_watch.missing_before(
        tx, m, _LATER, limit=9
    ),
    "profile_watch.reading": lambda tx, m, _: profile_watch.reading(tx, m),
}

ABSENCE_WRITES: Final[Calls] = {
    "erasures.add": lambda tx, m, _: erasures.add(tx, m, PERSON, b"again", _LATER),
    "erasures.forget": lambda tx, m, _: erasures.forget(tx, m, _HANA, GONE),
    "erasures.hidden": lambda tx, m, _: erasures.hidden(tx, m, PERSON),
    "erasures.hide": lambda tx, m, _: erasures.hide(tx, m, _HANA, _NOBODY),
    "erasures.lift": lambda tx, m, _: erasures.lift(tx, m, PERSON),
    "login_tokens.forget_ended": lambda tx, m, _: login_tokens.forget_ended(
        tx, m, datetime(2100, 1, 1, tzinfo=UTC)
    ),
    "profile_watch.decide_back": lambda tx, m, _: profile_watch.decide_back(
        tx, m, [GONE]
    ),
    "profile_watch.decide_gone": lambda tx, m, _: profile_watch.decide_gone(
        tx, m, MISSING, _LATER
    ),
    "profile_watch.erase_gone_before": lambda tx, m, _: profile_watch.erase_gone_before(
        tx, m, _LATER
    ),
    "profile_watch.keep_reading": lambda tx, m, _: profile_watch.keep_reading(
        tx, m, Reading(after=_HANA, done_at=_LATER)
    ),
}
