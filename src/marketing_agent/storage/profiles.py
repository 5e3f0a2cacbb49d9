"""Klaviyo profiles that were a candidate or are linked: hashes and erasable ciphertext.

Refreshed on every read of Klaviyo.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import profiles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import ProfileId, SignalHash


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProfile:
    """A profile as Klaviyo last showed it."""

    profile: ProfileId
    email: SignalHash | None
    phone: SignalHash | None
    signals_sealed: bytes | None
    read_at: datetime


async def remember(
    tx: AsyncConnection, merchant_id: int, read: Sequence[ReadProfile]
) -> None:
    """Store what Klaviyo showed; an older reading never replaces a newer one."""
    unique = {each.profile: each for each in sorted(read, key=lambda r: r.read_at)}
    if not unique:
        return
    statement = insert(profiles).values(
        [
            {
                "merchant_id": merchant_id,
                "profile_id": each.profile,
                "email_hash": each.email,
                "phone_hash": each.phone,
                "signals_sealed": each.signals_sealed,
                "read_at": each.read_at,
            }
            for each in unique.values()
        ]
    )
    names = ("email_hash", "phone_hash", "signals_sealed", "read_at")
    renewed: dict[str, object] = {name: statement.excluded[name] for name in names}
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "profile_id"],
            set_=renewed | {"missing_since": None},
            where=profiles.c.read_at <= statement.excluded.read_at,
        )
    )


async def keep_held_line_user_id(
    tx: AsyncConnection,
    merchant_id: int,
    profile: ProfileId,
    sealed: bytes | None,
    now: datetime,
) -> None:
    """Remember which LINE User ID the profile held before ours, for an undo."""
    await tx.execute(
        insert(profiles)
        .values(
            merchant_id=merchant_id,
            profile_id=profile,
            held_line_user_id_sealed=sealed,
            read_at=now,
        )
        .on_conflict_do_update(
            index_elements=["merchant_id", "profile_id"],
            set_={"held_line_user_id_sealed": sealed},
        )
    )


async def held_line_user_id(
    tx: AsyncConnection, merchant_id: int, profile: ProfileId
) -> bytes | None:
    """The sealed LINE User ID that the profile held before ours."""
    sealed: bytes | None = await tx.scalar(
        select(profiles.c.held_line_user_id_sealed).where(
            profiles.c.merchant_id == merchant_id, profiles.c.profile_id == profile
        )
    )
    return sealed


async def missing(
    tx: AsyncConnection, merchant_id: int, profile: ProfileId, now: datetime
) -> None:
    """Klaviyo answered 404 for this profile; only the first time is kept."""
    await tx.execute(
        update(profiles)
        .where(
            profiles.c.merchant_id == merchant_id,
            profiles.c.profile_id == profile,
            profiles.c.missing_since.is_(None),
        )
        .values(missing_since=now)
    )
