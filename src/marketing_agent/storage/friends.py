"""LINE users that a merchant's account has met. Names are sealed, signals hashed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.signals import LineUserId, SignalHash
from marketing_agent.storage.conditions import is_one_of
from marketing_agent.storage.tables import friends, links

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSignals:
    """A friend's own email and phone: sealed, and hashed to compare them."""

    sealed: bytes
    email: SignalHash | None
    phone: SignalHash | None
    source: str
    """Where the values that stand came from."""
    since: datetime
    """Since when both values stand as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Whether a friend agreed to broadcasts, as somebody last told us."""

    given: bool
    at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Friend:
    """`following` is None for somebody who logged in and never followed."""

    line_user: LineUserId
    following: bool | None
    following_since: datetime | None
    name_sealed: bytes | None
    """Sealed empty text for somebody whose name LINE does not tell."""
    language: str | None
    first_seen: datetime
    signals: KeptSignals | None = None
    consent: Consent | None = None
    synced_at: datetime | None = None
    """When Klaviyo was last told about this friend."""
    synced_digest: str | None = None
    """Of what the outbox was last asked to tell Klaviyo."""


async def meet(
    tx: AsyncConnection,
    merchant_id: int,
    line_user: LineUserId,
    now: datetime,
    *,
    name_sealed: bytes | None = None,
    name_folded: str | None = None,
    language: str | None = None,
) -> None:
    """Remember this LINE user; a known name is renewed, never emptied.

    `name_folded` is the name as it is searched for. A name is a reason to sync.
    """
    statement = insert(friends).values(
        merchant_id=merchant_id,
        line_user_id=line_user,
        name_sealed=name_sealed,
        name_folded=name_folded,
        language=language,
        sync_at=None if name_sealed is None else now,
        first_seen=now,
        updated_at=now,
    )
    new, old = statement.excluded, friends.c
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "line_user_id"],
            set_={
                "name_sealed": func.coalesce(new.name_sealed, old.name_sealed),
                "name_folded": func.coalesce(new.name_folded, old.name_folded),
                "language": func.coalesce(new.language, old.language),
                "sync_at": func.coalesce(new.sync_at, old.sync_at),
                "updated_at": now,
            },
        )
    )


async def follow_changed(
    tx: AsyncConnection,
    merchant_id: int,
    line_user: LineUserId,
    *,
    following: bool,
    at: datetime,
    now: datetime,
) -> None:
    """Apply a follow or unfollow unless a later one is known already.

    It is a reason to sync.
    """
    statement = insert(friends).values(
        merchant_id=merchant_id,
        line_user_id=line_user,
        following=following,
        following_since=at,
        sync_at=now,
        first_seen=now,
        updated_at=now,
    )
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "line_user_id"],
            set_={
                "following": following,
                "following_since": at,
                "sync_at": now,
                "updated_at": now,
            },
            where=or_(
                friends.c.following_since.is_(None), friends.c.following_since <= at
            ),
        )
    )


async def follow_all(
    tx: AsyncConnection,
    merchant_id: int,
    line_users: Collection[LineUserId],
    *,
    at: datetime,
    now: datetime,
) -> None:
    """These follow the account at `at`; who is known to have left later does not.

    It is a reason to sync those who were known before.
    """
    if not line_users:
        return
    statement = insert(friends).values(
        [
            {
                "merchant_id": merchant_id,
                "line_user_id": line_user,
                "following": True,
                "following_since": at,
                "first_seen": now,
                "updated_at": now,
            }
            for line_user in sorted(line_users)
        ]
    )
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "line_user_id"],
            set_={
                "following": True,
                "following_since": at,
                "sync_at": now,
                "updated_at": now,
            },
            where=or_(
                friends.c.following_since.is_(None), friends.c.following_since < at
            ),
        )
    )


async def find(
    tx: AsyncConnection, merchant_id: int, line_user: LineUserId
) -> Friend | None:
    """What is known about this LINE user."""
    return (await several(tx, merchant_id, [line_user])).get(line_user)


async def several(
    tx: AsyncConnection, merchant_id: int, line_users: Collection[LineUserId]
) -> dict[LineUserId, Friend]:
    """What is known about these LINE users; who was never met is left out."""
    rows = await tx.execute(
        select(friends).where(
            friends.c.merchant_id == merchant_id,
            is_one_of(friends.c.line_user_id, line_users),
        )
    )
    found = map(friend_of, rows.mappings())
    return {friend.line_user: friend for friend in found}


async def signals(
    tx: AsyncConnection, merchant_id: int, line_user: LineUserId
) -> KeptSignals | None:
    """The friend's own signals."""
    friend = await find(tx, merchant_id, line_user)
    return None if friend is None else friend.signals


async def keep_signals(
    tx: AsyncConnection,
    merchant_id: int,
    line_user: LineUserId,
    new: KeptSignals,
    now: datetime,
) -> None:
    """Replace the friend's own signals, which is a reason to sync."""
    values = {
        "email_hash": new.email,
        "phone_hash": new.phone,
        "signals_sealed": new.sealed,
        "signals_from": new.source,
        "signals_at": new.since,
    }
    await _renew(tx, merchant_id, line_user, values, now)


async def keep_consent(
    tx: AsyncConnection,
    merchant_id: int,
    line_user: LineUserId,
    new: Consent,
    now: datetime,
) -> None:
    """Replace what is known of the friend's consent, which is a reason to sync."""
    values = {
        "consent": new.given,
        "consent_at": new.at,
        "consent_from": new.source,
    }
    await _renew(tx, merchant_id, line_user, values, now)


async def _renew(
    tx: AsyncConnection,
    merchant_id: int,
    line_user: LineUserId,
    values: Mapping[str, object],
    now: datetime,
) -> None:
    renewed = dict(values) | {"sync_at": now, "updated_at": now}
    await tx.execute(
        insert(friends)
        .values(
            merchant_id=merchant_id, line_user_id=line_user, first_seen=now, **renewed
        )
        .on_conflict_do_update(
            index_elements=["merchant_id", "line_user_id"], set_=renewed
        )
    )


def friend_of(row: RowMapping) -> Friend:
    """A row of the table of friends."""
    return Friend(
        line_user=LineUserId(row["line_user_id"]),
        following=row["following"],
        following_since=row["following_since"],
        name_sealed=row["name_sealed"],
        language=row["language"],
        first_seen=row["first_seen"],
        signals=_signals_of(row),
        consent=_consent_of(row),
        synced_at=row["synced_at"],
        synced_digest=row["synced_digest"],
    )


def _signals_of(row: RowMapping) -> KeptSignals | None:
    if row["signals_sealed"] is None:
        return None
    return KeptSignals(
        sealed=row["signals_sealed"],
        email=row["email_hash"],
        phone=row["phone_hash"],
        source=row["signals_from"],
        since=row["signals_at"],
    )


def _consent_of(row: RowMapping) -> Consent | None:
    if row["consent"] is None:
        return None
    return Consent(
        given=row["consent"], at=row["consent_at"], source=row["consent_from"]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Friends now following, and how many of them are linked."""

    friends: int
    linked: int


async def coverage(tx: AsyncConnection, merchant_id: int) -> Coverage:
    """How much of the audience is linked."""
    joined = friends.outerjoin(
        links,
        (links.c.merchant_id == friends.c.merchant_id)
        & (links.c.line_user_id == friends.c.line_user_id),
    )
    row = (
        await tx.execute(
            select(func.count(), func.count(links.c.made_by))
            .select_from(joined)
            .where(friends.c.merchant_id == merchant_id, friends.c.following)
        )
    ).one()
    return Coverage(friends=row[0], linked=row[1])


async def following_among(
    tx: AsyncConnection, merchant_id: int, line_users: Collection[LineUserId]
) -> set[LineUserId]:
    """Those of these LINE users who follow the account now."""
    rows = await tx.scalars(
        select(friends.c.line_user_id).where(
            friends.c.merchant_id == merchant_id,
            is_one_of(friends.c.line_user_id, line_users),
            friends.c.following,
        )
    )
    return {LineUserId(each) for each in rows}
