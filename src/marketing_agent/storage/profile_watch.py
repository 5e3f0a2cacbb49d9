"""Which linked profiles to read again, and which have gone missing in Klaviyo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from marketing_agent.core.signals import LineUserId, ProfileId, SignalHash
from marketing_agent.storage.conditions import is_one_of
from marketing_agent.storage.tables import klaviyo_accounts, links, profiles

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How far the merchant's reading of linked profiles has come."""

    after: LineUserId | None
    """The last LINE user whose profile was read; None between two readings."""
    done_at: datetime | None
    """The night of the last whole reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingProfile:
    """A profile that Klaviyo did not show, with the last signals it had."""

    profile: ProfileId
    email: SignalHash | None
    phone: SignalHash | None
    signals_sealed: bytes | None
    missing_since: datetime | None
    """None once it was shown again."""


async def reading(tx: AsyncConnection, merchant_id: int) -> Reading | None:
    """Where the reading stands; None without a Klaviyo account."""
    rows = await tx.execute(
        select(
            klaviyo_accounts.c.profiles_cursor, klaviyo_accounts.c.profiles_read_at
        ).where(klaviyo_accounts.c.merchant_id == merchant_id)
    )
    row = rows.one_or_none()
    return None if row is None else Reading(after=row[0], done_at=row[1])


async def keep_reading(tx: AsyncConnection, merchant_id: int, now: Reading) -> None:
    """Remember how far the reading has come."""
    await tx.execute(
        update(klaviyo_accounts)
        .where(klaviyo_accounts.c.merchant_id == merchant_id)
        .values(profiles_cursor=now.after, profiles_read_at=now.done_at)
    )


async def linked_after(
    tx: AsyncConnection, merchant_id: int, after: LineUserId | None, *, limit: int
) -> list[tuple[LineUserId, ProfileId]]:
    """The next linked pairs by LINE user, suspended ones too."""
    rows = await tx.execute(
        select(links.c.line_user_id, links.c.profile_id)
        .where(links.c.merchant_id == merchant_id, links.c.line_user_id > (after or ""))
        .order_by(links.c.line_user_id)
        .limit(limit)
    )
    return [(LineUserId(line_user), ProfileId(profile)) for line_user, profile in rows]


async def missing_before(
    tx: AsyncConnection, merchant_id: int, moment: datetime, *, limit: int
) -> list[MissingProfile]:
    """Profiles missing since `moment` or longer that nothing was decided about."""
    return await _missing(
        tx,
        merchant_id,
        profiles.c.missing_since <= moment,
        profiles.c.gone_at.is_(None),
        limit=limit,
    )


async def gone_among(
    tx: AsyncConnection, merchant_id: int, some: Collection[ProfileId]
) -> list[MissingProfile]:
    """Those of these profiles that were decided to be gone."""
    return await _missing(
        tx,
        merchant_id,
        is_one_of(profiles.c.profile_id, some),
        profiles.c.gone_at.is_not(None),
        limit=len(some),
    )


async def decide_gone(
    tx: AsyncConnection, merchant_id: int, profile: ProfileId, now: datetime
) -> None:
    """It was decided that this profile is gone."""
    await _update(tx, merchant_id, [profile], gone_at=now)


async def decide_back(
    tx: AsyncConnection, merchant_id: int, back: Collection[ProfileId]
) -> None:
    """These profiles were read again."""
    await _update(tx, merchant_id, back, gone_at=None, missing_since=None)


async def erase_gone_before(
    tx: AsyncConnection, merchant_id: int, moment: datetime
) -> None:
    """Forget the personal data of profiles that were decided gone before `moment`."""
    await tx.execute(
        update(profiles)
        .where(
            profiles.c.merchant_id == merchant_id,
            profiles.c.missing_since.is_not(None),
            profiles.c.gone_at < moment,
            or_(
                profiles.c.signals_sealed.is_not(None),
                profiles.c.held_line_user_id_sealed.is_not(None),
            ),
        )
        .values(
            email_hash=None,
            phone_hash=None,
            signals_sealed=None,
            held_line_user_id_sealed=None,
        )
    )


async def merchants_with_missing(tx: AsyncConnection, moment: datetime) -> list[int]:
    """Merchants with a profile to look at a second time."""
    rows = await tx.scalars(
        select(profiles.c.merchant_id)
        .where(profiles.c.missing_since <= moment, profiles.c.gone_at.is_(None))
        .distinct()
    )
    return list(rows)


async def merchants_to_read(tx: AsyncConnection, moment: datetime) -> list[int]:
    """Merchants whose last whole reading began before `moment`, or never did."""
    began = klaviyo_accounts.c.profiles_read_at
    rows = await tx.scalars(
        select(klaviyo_accounts.c.merchant_id).where(
            or_(
                began.is_(None),
                began < moment,
                klaviyo_accounts.c.profiles_cursor.is_not(None),
            )
        )
    )
    return list(rows)


async def _missing(
    tx: AsyncConnection, merchant_id: int, *conditions: ColumnElement[bool], limit: int
) -> list[MissingProfile]:
    rows = await tx.execute(
        select(profiles)
        .where(profiles.c.merchant_id == merchant_id, *conditions)
        .order_by(profiles.c.missing_since)
        .limit(limit)
    )
    return [
        MissingProfile(
            profile=ProfileId(row["profile_id"]),
            email=row["email_hash"],
            phone=row["phone_hash"],
            signals_sealed=row["signals_sealed"],
            missing_since=row["missing_since"],
        )
        for row in rows.mappings()
    ]


async def _update(
    tx: AsyncConnection, merchant_id: int, some: Collection[ProfileId], **values: object
) -> None:
    if some:
        await tx.execute(
            update(profiles)
            .where(
                profiles.c.merchant_id == merchant_id,
                is_one_of(profiles.c.profile_id, some),
            )
            .values(**values)
        )
