"""Custom QR codes. A slug is given once and never again, also after a deletion."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

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
            created_at=now,
            updated_at=now,
            **_values(draft),
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


async def find_ever(tx: AsyncConnection, merchant_id: int, slug: str) -> QrLink | None:
    """The custom QR code with this slug, deleted or not."""
    rows = await tx.execute(
        select(qr_links).where(
            qr_links.c.merchant_id == merchant_id, qr_links.c.slug == slug
        )
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _qr_link_of(row)


async def change(
    tx: AsyncConnection, merchant_id: int, slug: str, draft: QrLinkDraft, now: datetime
) -> QrLink | None:
    """Give it other contents under its slug; None if there is none or it is deleted."""
    return await _set(tx, merchant_id, slug, now, deleted=False, values=_values(draft))


async def delete(
    tx: AsyncConnection, merchant_id: int, slug: str, now: datetime
) -> QrLink | None:
    """Take it out of use, its slug with it; None if there is none in use."""
    values = {"deleted_at": now}
    return await _set(tx, merchant_id, slug, now, deleted=False, values=values)


async def restore(
    tx: AsyncConnection, merchant_id: int, slug: str, now: datetime
) -> QrLink | None:
    """Bring a deleted one back as it was; None if there is no deleted one."""
    values = {"deleted_at": None}
    return await _set(tx, merchant_id, slug, now, deleted=True, values=values)


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


async def _set(
    tx: AsyncConnection,
    merchant_id: int,
    slug: str,
    now: datetime,
    *,
    deleted: bool,
    values: dict[str, Any],
) -> QrLink | None:
    rows = await tx.execute(
        update(qr_links)
        .where(
            qr_links.c.merchant_id == merchant_id,
            qr_links.c.slug == slug,
            qr_links.c.deleted_at.is_not(None) == deleted,
        )
        .values(updated_at=now, **values)
        .returning(*qr_links.c)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _qr_link_of(row)


def _values(draft: QrLinkDraft) -> dict[str, str | None]:
    return {
        "name": draft.name.strip(),
        "link_type": draft.link_type.value,
        "email_variable": draft.email_variable,
        "phone_variable": draft.phone_variable,
    }


def _qr_link_of(row: RowMapping) -> QrLink:
    return QrLink(
        slug=row["slug"],
        name=row["name"],
        link_type=LinkType(row["link_type"]),
        email_variable=row["email_variable"],
        phone_variable=row["phone_variable"],
        opened=row["opened"],
    )
