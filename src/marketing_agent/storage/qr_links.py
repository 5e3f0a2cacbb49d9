"""Custom QR codes. A slug is given once and never again, also after a deletion."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.qr_links import LinkType, QrLink, QrLinkDraft
from marketing_agent.storage.conditions import is_storable
from marketing_agent.storage.tables import qr_links

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_SLUG_LENGTH: Final = 10
"""49 bits: short enough for a QR code that scans well, too many to guess."""


async def save(
    tx: AsyncConnection, merchant_id: int, draft: QrLinkDraft, now: datetime
) -> QrLink:
    """Save a new custom QR code under a fresh slug."""
    slug = "".join(secrets.choice(_ALPHABET) for _ in range(_SLUG_LENGTH))
    rows = await tx.execute(
        insert(qr_links)
        .values(
            merchant_id=merchant_id,
            slug=slug,
            name=draft.name.strip(),
            link_type=draft.link_type.value,
            email_variable=draft.email_variable,
            phone_variable=draft.phone_variable,
            created_at=now,
            updated_at=now,
        )
        .returning(*qr_links.c)
    )
    return _qr_link_of(rows.mappings().one())


async def find(tx: AsyncConnection, merchant_id: int, slug: str) -> QrLink | None:
    """The custom QR code with this slug, unless it was deleted."""
    rows = await tx.execute(
        select(qr_links).where(
            qr_links.c.merchant_id == merchant_id,
            qr_links.c.slug == slug,
            qr_links.c.deleted_at.is_(None),
        )
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _qr_link_of(row)


async def owner_of(tx: AsyncConnection, slug: str) -> int | None:
    """The merchant that a public slug belongs to, also when it was deleted."""
    if not is_storable(slug):
        return None
    merchant: int | None = await tx.scalar(
        select(qr_links.c.merchant_id).where(qr_links.c.slug == slug)
    )
    return merchant


async def of_merchant(tx: AsyncConnection, merchant_id: int) -> list[QrLink]:
    """All custom QR codes of a merchant, newest first."""
    rows = await tx.execute(
        select(qr_links)
        .where(qr_links.c.merchant_id == merchant_id, qr_links.c.deleted_at.is_(None))
        .order_by(qr_links.c.created_at.desc(), qr_links.c.slug)
    )
    return [_qr_link_of(row) for row in rows.mappings()]


async def count_opening(tx: AsyncConnection, merchant_id: int, slug: str) -> None:
    """A script on the customer's page says that a person is looking at it."""
    await tx.execute(
        update(qr_links)
        .where(qr_links.c.merchant_id == merchant_id, qr_links.c.slug == slug)
        .values(opened=qr_links.c.opened + 1)
    )


def _qr_link_of(row: RowMapping) -> QrLink:
    return QrLink(
        slug=row["slug"],
        name=row["name"],
        link_type=LinkType(row["link_type"]),
        email_variable=row["email_variable"],
        phone_variable=row["phone_variable"],
        opened=row["opened"],
    )
