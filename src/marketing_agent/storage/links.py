"""Links and their audit trail: what `resolve` says, written as the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.facts import Evidence, FactKey, Method
from marketing_agent.core.links import Link, LinkChange
from marketing_agent.core.signals import LineUserId, ProfileId, SignalKind
from marketing_agent.storage.batches import selected
from marketing_agent.storage.conditions import is_one_of
from marketing_agent.storage.tables import audit, links

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection


async def write_difference(
    tx: AsyncConnection,
    merchant_id: int,
    line_users: Collection[LineUserId],
    wanted: Sequence[Link],
) -> None:
    """Make the links of these LINE users exactly the wanted ones.

    The table's two unique keys guarantee one-to-one even against a faulty caller.
    """
    mine = links.c.merchant_id == merchant_id
    rows = await tx.execute(
        select(links).where(mine, is_one_of(links.c.line_user_id, line_users))
    )
    standing = {_link_of(row) for row in rows.mappings()}
    stale = [each.line_user for each in standing - set(wanted)]
    if stale:
        await tx.execute(
            delete(links).where(mine, is_one_of(links.c.line_user_id, stale))
        )
    new = [_row_of(merchant_id, each) for each in wanted if each not in standing]
    if new:
        await tx.execute(insert(links).from_select(list(new[0]), selected(links, new)))


async def write_audit(
    tx: AsyncConnection, merchant_id: int, changes: Sequence[LinkChange]
) -> list[LinkChange]:
    """Append the changes that the trail does not have yet, and return those."""
    if not changes:
        return []
    rows = [_audit_row(merchant_id, change) for change in changes]
    added = await tx.execute(
        insert(audit)
        .from_select(list(rows[0]), selected(audit, rows))
        .on_conflict_do_nothing()
        .returning(audit.c.cause, audit.c.kind, audit.c.made_by)
    )
    fresh = {tuple(row) for row in added}
    return [
        change
        for change in changes
        if (change.cause, change.kind.value, change.link.made_by) in fresh
    ]


async def of_line_user(
    tx: AsyncConnection, merchant_id: int, line_user: LineUserId
) -> Link | None:
    """The link of this LINE user, if there is one."""
    return await _one(tx, merchant_id, links.c.line_user_id == line_user)


async def of_profile(
    tx: AsyncConnection, merchant_id: int, profile: ProfileId
) -> Link | None:
    """The link of this profile, if there is one."""
    return await _one(tx, merchant_id, links.c.profile_id == profile)


async def of_profiles(
    tx: AsyncConnection, merchant_id: int, profiles: Collection[ProfileId]
) -> dict[ProfileId, Link]:
    """The links of these profiles; those without one are left out."""
    rows = await tx.execute(
        select(links).where(
            links.c.merchant_id == merchant_id, is_one_of(links.c.profile_id, profiles)
        )
    )
    found = map(_link_of, rows.mappings())
    return {link.profile: link for link in found}


async def of_line_users(
    tx: AsyncConnection, merchant_id: int, line_users: Collection[LineUserId]
) -> dict[LineUserId, Link]:
    """The links of these LINE users; those without one are left out."""
    rows = await tx.execute(
        select(links).where(
            links.c.merchant_id == merchant_id,
            is_one_of(links.c.line_user_id, line_users),
        )
    )
    found = map(_link_of, rows.mappings())
    return {link.line_user: link for link in found}


async def is_live(
    tx: AsyncConnection, merchant_id: int, made_by: FactKey, profile: ProfileId
) -> bool:
    """Whether the link that this claim or pin made still ties this profile."""
    key = tuple_(links.c.made_by, links.c.profile_id)
    return await _one(tx, merchant_id, key == (made_by, profile)) is not None


async def was_ever(
    tx: AsyncConnection, merchant_id: int, line_user: LineUserId, profile: ProfileId
) -> bool:
    """Whether these two were linked at any time."""
    found = await tx.scalar(
        select(audit.c.id)
        .where(
            audit.c.merchant_id == merchant_id,
            audit.c.line_user_id == line_user,
            audit.c.profile_id == profile,
        )
        .limit(1)
    )
    return found is not None


async def trail(
    tx: AsyncConnection, merchant_id: int, line_user: LineUserId
) -> list[tuple[str, str, datetime]]:
    """(kind, profile id, when) of every change of this LINE user's links."""
    rows = await tx.execute(
        select(audit.c.kind, audit.c.profile_id, audit.c.at)
        .where(audit.c.merchant_id == merchant_id, audit.c.line_user_id == line_user)
        .order_by(audit.c.id)
    )
    return [(kind, profile, at) for kind, profile, at in rows]


async def _one(tx: AsyncConnection, merchant_id: int, condition: Any) -> Link | None:
    rows = await tx.execute(
        select(links).where(links.c.merchant_id == merchant_id, condition)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _link_of(row)


def _link_of(row: RowMapping) -> Link:
    return Link(
        made_by=FactKey(row["made_by"]),
        line_user=LineUserId(row["line_user_id"]),
        profile=ProfileId(row["profile_id"]),
        method=Method(row["method"]),
        evidence=Evidence(row["evidence"]),
        matched_by=frozenset(SignalKind(kind) for kind in row["matched_by"]),
        since=row["since"],
        suspended=row["suspended"],
    )


def _row_of(merchant_id: int, link: Link) -> dict[str, object]:
    return {
        "merchant_id": merchant_id,
        "line_user_id": link.line_user,
        "profile_id": link.profile,
        "made_by": link.made_by,
        "method": link.method,
        "evidence": link.evidence,
        "matched_by": sorted(link.matched_by),
        "since": link.since,
        "suspended": link.suspended,
    }


def _audit_row(merchant_id: int, change: LinkChange) -> dict[str, object]:
    return {
        "merchant_id": merchant_id,
        "cause": change.cause,
        "kind": change.kind,
        "made_by": change.link.made_by,
        "line_user_id": change.link.line_user,
        "profile_id": change.link.profile,
        "method": change.link.method,
        "evidence": change.link.evidence,
        "at": change.stored,
    }
