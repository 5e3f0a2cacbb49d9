"""Klaviyo's bulk jobs that items of the outbox were handed over to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import bulk_jobs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


class BulkKind(StrEnum):
    """What a job does."""

    PROFILES = "profiles"
    """Properties of profiles; the id is Klaviyo's."""
    EVENTS = "events"
    """Events; Klaviyo gives these jobs no id, so it is our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkJob:
    """A job that has not ended, as far as we know."""

    id: str
    kind: BulkKind
    rows: int
    submitted_at: datetime


async def add(
    tx: AsyncConnection, merchant_id: int, job: BulkJob, next_at: datetime
) -> None:
    """Remember a job, to be looked at from `next_at` on."""
    await tx.execute(
        insert(bulk_jobs)
        .values(
            merchant_id=merchant_id,
            job_id=job.id,
            kind=job.kind.value,
            rows=job.rows,
            submitted_at=job.submitted_at,
            next_at=next_at,
        )
        .on_conflict_do_nothing()
    )


async def due(tx: AsyncConnection, merchant_id: int, now: datetime) -> list[BulkJob]:
    """The jobs to look at now, oldest first."""
    rows = await tx.execute(
        select(bulk_jobs)
        .where(
            bulk_jobs.c.merchant_id == merchant_id,
            bulk_jobs.c.next_at <= now,
            bulk_jobs.c.ended_at.is_(None),
        )
        .order_by(bulk_jobs.c.submitted_at, bulk_jobs.c.job_id)
    )
    return [
        BulkJob(
            id=row["job_id"],
            kind=BulkKind(row["kind"]),
            rows=row["rows"],
            submitted_at=row["submitted_at"],
        )
        for row in rows.mappings()
    ]


async def look_again(
    tx: AsyncConnection, merchant_id: int, job_id: str, at: datetime
) -> None:
    """This job is not done yet."""
    await _set(tx, merchant_id, job_id, next_at=at)


async def end(
    tx: AsyncConnection, merchant_id: int, job_id: str, now: datetime
) -> None:
    """Nothing more is to be learnt of this job."""
    await _set(tx, merchant_id, job_id, ended_at=now)


async def merchants_with_due(tx: AsyncConnection, now: datetime) -> list[int]:
    """Merchants that have a job to look at now."""
    rows = await tx.scalars(
        select(bulk_jobs.c.merchant_id)
        .where(bulk_jobs.c.next_at <= now, bulk_jobs.c.ended_at.is_(None))
        .distinct()
    )
    return list(rows)


async def _set(
    tx: AsyncConnection, merchant_id: int, job_id: str, **values: object
) -> None:
    await tx.execute(
        update(bulk_jobs)
        .where(bulk_jobs.c.merchant_id == merchant_id, bulk_jobs.c.job_id == job_id)
        .values(**values)
    )
