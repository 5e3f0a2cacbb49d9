"""How much of the audience is linked: now and day by day, and who could be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.facts import Method
from marketing_agent.storage.conditions import expect_memory
from marketing_agent.storage.tables import (
    coverage_days,
    form_linkages,
    friends,
    imports,
    links,
    merchants,
    outcomes,
    qr_links,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Friends who follow now, and how many of them are linked, by the link's method.

    A suspended link counts for nothing: its profile is gone from Klaviyo.
    """

    friends: int
    by_method: Mapping[Method, int]

    @property
    def linked(self) -> int:
        """The friends whose link works."""
        return sum(self.by_method.values())

    @property
    def unlinked(self) -> int:
        """All others."""
        return self.friends - self.linked


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageDay:
    """What it was when a day of the merchant's ended."""

    day: date
    coverage: Coverage


async def now(tx: AsyncConnection, merchant_id: int) -> Coverage:
    """Counted at this moment."""
    await expect_memory(tx)
    rows = await tx.execute(
        select(case((~links.c.suspended, links.c.method)), func.count())
        .select_from(_with_links())
        .where(friends.c.merchant_id == merchant_id, friends.c.following)
        .group_by(case((~links.c.suspended, links.c.method)))
    )
    counted: dict[str | None, int] = {method: count for method, count in rows}  # noqa: C416
    return Coverage(
        friends=sum(counted.values()),
        by_method={
            Method(method): count
            for method, count in sorted(counted.items(), key=str)
            if method is not None
        },
    )


async def days(tx: AsyncConnection, merchant_id: int, since: date) -> list[CoverageDay]:
    """The days that were written, from this one on, oldest first."""
    rows = await tx.execute(
        select(coverage_days)
        .where(coverage_days.c.merchant_id == merchant_id, coverage_days.c.day >= since)
        .order_by(coverage_days.c.day)
    )
    return [
        CoverageDay(
            day=row["day"],
            coverage=Coverage(
                friends=row["friends"],
                by_method={Method(m): n for m, n in row["by_method"].items()},
            ),
        )
        for row in rows.mappings()
    ]


async def write_day(
    tx: AsyncConnection, merchant_id: int, day: CoverageDay, at: datetime
) -> None:
    """Keep a day that has ended; one that was kept stays as it is."""
    coverage = day.coverage
    await tx.execute(
        insert(coverage_days)
        .values(
            merchant_id=merchant_id,
            day=day.day,
            friends=coverage.friends,
            linked=coverage.linked,
            by_method=dict(coverage.by_method),
            written_at=at,
        )
        .on_conflict_do_nothing()
    )


async def last_days(tx: AsyncConnection) -> dict[int, date]:
    """The newest day that was kept of each merchant who has one; for the tick."""
    rows = await tx.execute(
        select(coverage_days.c.merchant_id, func.max(coverage_days.c.day)).group_by(
            coverage_days.c.merchant_id
        )
    )
    return {merchant: day for merchant, day in rows}  # noqa: C416 - rows are no pairs


async def methods_set_up(tx: AsyncConnection, merchant_id: int) -> frozenset[Method]:
    """The methods that can link somebody as things are set."""
    mine = merchants.c.id == merchant_id
    has = {
        Method.QR_LINK: exists().where(
            qr_links.c.merchant_id == merchant_id,
            qr_links.c.deleted_at.is_(None),
            or_(
                qr_links.c.email_variable.is_not(None),
                qr_links.c.phone_variable.is_not(None),
            ),
        ),
        Method.FORM_LINKAGE: exists().where(
            form_linkages.c.merchant_id == merchant_id,
            form_linkages.c.deleted_at.is_(None),
        ),
        Method.IMPORT: exists().where(imports.c.merchant_id == merchant_id),
        Method.AUTO_LINK: exists().where(mine, merchants.c.auto_link_on),
    }
    row = (await tx.execute(select(*has.values()))).one()
    return frozenset(method for method, there in zip(has, row, strict=True) if there)


async def count_untried(tx: AsyncConnection, merchant_id: int) -> int:
    """Unlinked friends whom nothing has ever tried to link."""
    tried = exists().where(
        outcomes.c.merchant_id == friends.c.merchant_id,
        outcomes.c.line_user_id == friends.c.line_user_id,
    )
    return await _count_unlinked(tx, merchant_id, ~tried)


async def count_with_signals(tx: AsyncConnection, merchant_id: int) -> int:
    """Unlinked friends whose email or phone is known here."""
    own = or_(friends.c.email_hash.is_not(None), friends.c.phone_hash.is_not(None))
    return await _count_unlinked(tx, merchant_id, own)


async def _count_unlinked(
    tx: AsyncConnection, merchant_id: int, like: ColumnElement[bool]
) -> int:
    await expect_memory(tx)
    linked = exists().where(
        links.c.merchant_id == friends.c.merchant_id,
        links.c.line_user_id == friends.c.line_user_id,
        ~links.c.suspended,
    )
    counted = select(func.count()).where(
        friends.c.merchant_id == merchant_id, friends.c.following, ~linked, like
    )
    return int(await tx.scalar(counted) or 0)


def _with_links() -> Any:
    return friends.outerjoin(
        links,
        (links.c.merchant_id == friends.c.merchant_id)
        & (links.c.line_user_id == friends.c.line_user_id),
    )
