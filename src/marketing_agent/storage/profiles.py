"""Klaviyo profiles that were a candidate or are linked: hashes and erasable ciphertext.

Refreshed on every read of Klaviyo.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.signals import ProfileId
from marketing_agent.storage.conditions import is_one_of
from marketing_agent.storage.tables import links, profiles

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import SignalHash


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProfile:
    """A profile as Klaviyo last showed it."""

    profile: ProfileId
    email: SignalHash | None
    phone: SignalHash | None
    signals_sealed: bytes | None
    read_at: datetime
    line_user_id: str | None = None
    """The property that links are written to, whatever it holds."""


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
                "line_user_id_shown": each.line_user_id,
                "read_at": each.read_at,
            }
            for each in unique.values()
        ]
    )
    names = (
        *("email_hash", "phone_hash", "signals_sealed"),
        *("line_user_id_shown", "read_at"),
    )
    renewed: dict[str, object] = {name: statement.excluded[name] for name in names}
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "profile_id"],
            set_=renewed | {"missing_since": None},
            where=profiles.c.read_at <= statement.excluded.read_at,
        )
    )


async def shown(
    tx: AsyncConnection, merchant_id: int, profile: ProfileId
) -> ReadProfile | None:
    """The profile as it was last read."""
    rows = await tx.execute(
        select(profiles).where(
            profiles.c.merchant_id == merchant_id, profiles.c.profile_id == profile
        )
    )
    row = rows.mappings().one_or_none()
    if row is None:
        return None
    return ReadProfile(
        profile=profile,
        email=row["email_hash"],
        phone=row["phone_hash"],
        signals_sealed=row["signals_sealed"],
        read_at=row["read_at"],
        line_user_id=row["line_user_id_shown"],
    )


async def keep_held(
    tx: AsyncConnection,
    merchant_id: int,
    sealed: Mapping[ProfileId, bytes],
    now: datetime,
) -> None:
    """Remember what each profile held in place of our properties, for an undo."""
    if not sealed:
        return
    statement = insert(profiles)
    rows = [
        {
            "merchant_id": merchant_id,
            "profile_id": profile,
            "held_line_user_id_sealed": held,
            "read_at": now,
        }
        for profile, held in sealed.items()
    ]
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "profile_id"],
            set_={
                "held_line_user_id_sealed": statement.excluded.held_line_user_id_sealed
            },
        ).returning(profiles.c.profile_id),
        rows,
    )


async def held(
    tx: AsyncConnection, merchant_id: int, some: Collection[ProfileId]
) -> dict[ProfileId, bytes]:
    """What was kept of these profiles: sealed, of those that we wrote to."""
    rows = await tx.execute(
        select(profiles.c.profile_id, profiles.c.held_line_user_id_sealed).where(
            profiles.c.merchant_id == merchant_id,
            is_one_of(profiles.c.profile_id, some),
            profiles.c.held_line_user_id_sealed.is_not(None),
        )
    )
    return {ProfileId(profile): sealed for profile, sealed in rows}


async def forget_held(
    tx: AsyncConnection, merchant_id: int, some: Collection[ProfileId]
) -> None:
    """These profiles have got back what they held, unless they are linked again."""
    linked = select(links.c.profile_id).where(
        links.c.merchant_id == profiles.c.merchant_id,
        links.c.profile_id == profiles.c.profile_id,
    )
    await tx.execute(
        update(profiles)
        .where(
            profiles.c.merchant_id == merchant_id,
            is_one_of(profiles.c.profile_id, some),
            profiles.c.held_line_user_id_sealed.is_not(None),
            ~linked.exists(),
        )
        .values(held_line_user_id_sealed=None)
    )


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
