"""Custom QR codes under slugs that are given once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from marketing_agent.core.qr_links import LinkType, QrLinkDraft
from marketing_agent.storage import qr_links
from marketing_agent.storage.tables import qr_links as table
from tests.storage.world import DRAFT, LATER, NOW

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

BOTH = replace(DRAFT, name=" Shop ", phone_variable="{{ person.phone_number }}")
PLAIN = QrLinkDraft(name="Door", link_type=LinkType.NONE)


@pytest.mark.parametrize("draft", [DRAFT, BOTH, PLAIN], ids=lambda d: d.name)
async def test_a_saved_qr_code_comes_back_as_it_was(
    tx: AsyncConnection, merchant_id: int, draft: QrLinkDraft
) -> None:
    """With a slug that is easy to scan and to read aloud."""
    saved = await qr_links.save(tx, merchant_id, draft, NOW)

    assert await qr_links.find(tx, merchant_id, saved.slug) == saved
    assert await qr_links.owner_of(tx, saved.slug) == merchant_id
    assert re.fullmatch(r"[2-9a-hjkmnp-z]{10}", saved.slug)
    assert (saved.name, saved.link_type) == (draft.name.strip(), draft.link_type)
    assert saved.variables == draft.variables
    assert saved.opened == 0


async def test_the_newest_is_listed_first(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """The same draft saved twice is two custom QR codes."""
    old = await qr_links.save(tx, merchant_id, DRAFT, NOW)
    new = await qr_links.save(tx, merchant_id, DRAFT, LATER)

    assert await qr_links.of_merchant(tx, merchant_id) == [new, old]
    assert old.slug != new.slug


async def test_a_deleted_qr_code_is_not_found_and_its_slug_stays_taken(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Whose it was is still known, so that its page can say that it is gone."""
    saved = await qr_links.save(tx, merchant_id, DRAFT, NOW)
    await tx.execute(update(table).values(deleted_at=LATER))

    assert await qr_links.find(tx, merchant_id, saved.slug) is None
    assert await qr_links.of_merchant(tx, merchant_id) == []
    assert await qr_links.owner_of(tx, saved.slug) == merchant_id


async def test_openings_are_counted(tx: AsyncConnection, merchant_id: int) -> None:
    """Each counts once, for this QR code alone."""
    saved = await qr_links.save(tx, merchant_id, DRAFT, NOW)
    other = await qr_links.save(tx, merchant_id, DRAFT, NOW)
    for _ in range(3):
        await qr_links.count_opening(tx, merchant_id, saved.slug)

    assert await qr_links.find(tx, merchant_id, saved.slug) == replace(saved, opened=3)
    assert await qr_links.find(tx, merchant_id, other.slug) == other


@pytest.mark.parametrize("slug", ["", "none", "a\0b", "\ud800", "'; --", "x" * 9999])
async def test_no_text_from_a_url_breaks_the_query(
    tx: AsyncConnection, slug: str
) -> None:
    """Whatever a stranger types, it is simply nobody's slug."""
    assert await qr_links.owner_of(tx, slug) is None
