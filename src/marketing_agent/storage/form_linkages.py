"""Form ID linkage settings. A slug is given once and never again, also when removed.

One setting per form is in use. `form_secrets` keeps the secrets of their webhooks.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import any_, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.facts import FormId
from marketing_agent.core.form_linkage import (
    FormLinkage,
    FormLinkageDraft,
    FormTiming,
    FormTrigger,
)
from marketing_agent.storage.conditions import is_one_of, is_storable
from marketing_agent.storage.tables import form_linkages

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_SLUG_LENGTH: Final = 10


async def save(
    tx: AsyncConnection,
    merchant_id: int,
    draft: FormLinkageDraft,
    now: datetime,
    *,
    form_name: str,
    secret_sealed: bytes,
) -> FormLinkage:
    """Save a new setting under a fresh slug; the form has none in use."""
    slug = "".join(secrets.choice(_ALPHABET) for _ in range(_SLUG_LENGTH))
    rows = await tx.execute(
        insert(form_linkages)
        .values(
            merchant_id=merchant_id,
            slug=slug,
            secret_sealed=secret_sealed,
            created_at=now,
            updated_at=now,
            **_values(draft, form_name),
        )
        .returning(*form_linkages.c)
    )
    return _form_linkage_of(rows.mappings().one())


async def find(tx: AsyncConnection, merchant_id: int, slug: str) -> FormLinkage | None:
    """The setting with this slug, unless it was removed."""
    return await _one(
        tx,
        merchant_id,
        form_linkages.c.slug == slug,
        form_linkages.c.deleted_at.is_(None),
    )


async def find_ever(
    tx: AsyncConnection, merchant_id: int, slug: str
) -> FormLinkage | None:
    """The setting with this slug, removed or not."""
    return await _one(tx, merchant_id, form_linkages.c.slug == slug)


async def find_hearing(
    tx: AsyncConnection, merchant_id: int, slug: str, *, removed_after: datetime
) -> FormLinkage | None:
    """The setting with this slug, unless it was removed before that moment."""
    removed = form_linkages.c.deleted_at
    return await _one(
        tx,
        merchant_id,
        form_linkages.c.slug == slug,
        or_(removed.is_(None), removed > removed_after),
    )


async def of_form(
    tx: AsyncConnection, merchant_id: int, form_id: FormId
) -> FormLinkage | None:
    """The setting that is in use for this form."""
    return await _one(
        tx,
        merchant_id,
        form_linkages.c.form_id == form_id,
        form_linkages.c.deleted_at.is_(None),
    )


async def of_merchant(tx: AsyncConnection, merchant_id: int) -> list[FormLinkage]:
    """All settings in use, newest first."""
    rows = await tx.execute(
        select(form_linkages)
        .where(
            form_linkages.c.merchant_id == merchant_id,
            form_linkages.c.deleted_at.is_(None),
        )
        .order_by(form_linkages.c.created_at.desc(), form_linkages.c.slug)
    )
    return [_form_linkage_of(row) for row in rows.mappings()]


async def owner_of(tx: AsyncConnection, slug: str) -> int | None:
    """The merchant that a public slug belongs to, also when it was removed."""
    if not is_storable(slug):
        return None
    merchant: int | None = await tx.scalar(
        select(form_linkages.c.merchant_id).where(form_linkages.c.slug == slug)
    )
    return merchant


async def change(
    tx: AsyncConnection,
    merchant_id: int,
    slug: str,
    draft: FormLinkageDraft,
    now: datetime,
    *,
    form_name: str,
) -> FormLinkage | None:
    """Give it other contents under its slug; None if none is in use."""
    values = _values(draft, form_name)
    return await _set(tx, merchant_id, slug, now, deleted=False, values=values)


async def remove(
    tx: AsyncConnection, merchant_id: int, slug: str, now: datetime
) -> FormLinkage | None:
    """Take it out of use, its slug with it; None if there is none in use."""
    values = {"deleted_at": now}
    return await _set(tx, merchant_id, slug, now, deleted=False, values=values)


async def restore(
    tx: AsyncConnection, merchant_id: int, slug: str, now: datetime
) -> FormLinkage | None:
    """Bring a removed one back as it was; None if there is no removed one.

    The form must have none in use.
    """
    values = {"deleted_at": None}
    return await _set(tx, merchant_id, slug, now, deleted=True, values=values)


async def count_hand_over(tx: AsyncConnection, merchant_id: int, slug: str) -> None:
    """The script has handed over a submission."""
    await _note(tx, merchant_id, slug, handed_over=form_linkages.c.handed_over + 1)


async def webhook_seen(
    tx: AsyncConnection, merchant_id: int, slug: str, now: datetime
) -> None:
    """The Klaviyo flow has called with a valid secret."""
    await _note(tx, merchant_id, slug, webhook_seen_at=now)


async def script_seen(
    tx: AsyncConnection,
    merchant_id: int,
    forms: Collection[str],
    origin: str,
    now: datetime,
) -> None:
    """The script runs on a page of this origin.

    Where it has met some of the forms, those have the sign of life; else every setting
    of that origin has it.
    """
    met = is_one_of(form_linkages.c.form_id, forms) if forms else None
    of_origin = literal(origin) == any_(form_linkages.c.origins)
    await tx.execute(
        update(form_linkages)
        .where(
            form_linkages.c.merchant_id == merchant_id,
            form_linkages.c.deleted_at.is_(None),
            of_origin if met is None else met,
        )
        .values(script_seen_at=now, script_seen_on=origin)
    )


async def _note(
    tx: AsyncConnection, merchant_id: int, slug: str, **values: Any
) -> None:
    await tx.execute(
        update(form_linkages)
        .where(form_linkages.c.merchant_id == merchant_id, form_linkages.c.slug == slug)
        .values(**values)
    )


async def _one(
    tx: AsyncConnection, merchant_id: int, *which: ColumnElement[bool]
) -> FormLinkage | None:
    rows = await tx.execute(
        select(form_linkages).where(form_linkages.c.merchant_id == merchant_id, *which)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _form_linkage_of(row)


async def _set(
    tx: AsyncConnection,
    merchant_id: int,
    slug: str,
    now: datetime,
    *,
    deleted: bool,
    values: dict[str, Any],
) -> FormLinkage | None:
    rows = await tx.execute(
        update(form_linkages)
        .where(
            form_linkages.c.merchant_id == merchant_id,
            form_linkages.c.slug == slug,
            form_linkages.c.deleted_at.is_not(None) == deleted,
        )
        .values(updated_at=now, **values)
        .returning(*form_linkages.c)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _form_linkage_of(row)


def _values(draft: FormLinkageDraft, form_name: str) -> dict[str, Any]:
    return {
        "form_id": draft.form_id,
        "form_name": form_name,
        "cta_label": draft.cta_label.strip(),
        "landing_page": draft.landing_page,
        "origins": list(draft.origins),
        "timing": draft.timing.value,
        "trigger": None if draft.trigger is None else draft.trigger.value,
    }


def _form_linkage_of(row: RowMapping) -> FormLinkage:
    trigger = row["trigger"]
    return FormLinkage(
        slug=row["slug"],
        form_id=FormId(row["form_id"]),
        form_name=row["form_name"],
        cta_label=row["cta_label"],
        landing_page=row["landing_page"],
        timing=FormTiming(row["timing"]),
        trigger=None if trigger is None else FormTrigger(trigger),
        handed_over=row["handed_over"],
        script_seen_at=row["script_seen_at"],
        script_seen_on=row["script_seen_on"],
        webhook_seen_at=row["webhook_seen_at"],
    )
