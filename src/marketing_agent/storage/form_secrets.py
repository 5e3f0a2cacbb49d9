"""The secrets of forms' webhooks, as ciphertext beside their settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from marketing_agent.storage.conditions import is_storable
from marketing_agent.storage.tables import form_linkages

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSecrets:
    """The secret of a setting's webhook, and the one before while it is valid."""

    current: bytes = field(repr=False)
    previous: bytes | None = field(default=None, repr=False)
    previous_until: datetime | None = None


async def find(
    tx: AsyncConnection, merchant_id: int, slug: str
) -> SealedSecrets | None:
    """The secrets of the setting with this slug, removed or not."""
    if not is_storable(slug):
        return None
    columns = form_linkages.c
    rows = await tx.execute(
        select(
            columns.secret_sealed,
            columns.previous_secret_sealed,
            columns.previous_until,
        ).where(columns.merchant_id == merchant_id, columns.slug == slug)
    )
    row = rows.one_or_none()
    if row is None:
        return None
    return SealedSecrets(current=row[0], previous=row[1], previous_until=row[2])


async def renew(
    tx: AsyncConnection,
    merchant_id: int,
    slug: str,
    secret_sealed: bytes,
    *,
    previous_until: datetime,
) -> None:
    """Put a new secret in place; the one before is good until then."""
    await tx.execute(
        update(form_linkages)
        .where(form_linkages.c.merchant_id == merchant_id, form_linkages.c.slug == slug)
        .values(
            secret_sealed=secret_sealed,
            previous_secret_sealed=form_linkages.c.secret_sealed,
            previous_until=previous_until,
        )
    )
