"""Custom QR codes under slugs that are given once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.qr_links import LinkType, QrLinkDraft
from marketing_agent.storage import qr_links
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

    assert await qr_links.delete(tx, merchant_id, saved.slug, LATER) == saved

    assert await qr_links.find(tx, merchant_id, saved.slug) is None
    assert await qr_links.of_merchant(tx, merchant_id) == []
    assert await qr_links.owner_of(tx, saved.slug) == merchant_id
    assert await qr_links.find_ever(tx, merchant_id, saved.slug) == saved


async def test_a_deleted_qr_code_comes_back_in_its_place(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """With its slug and its openings, where it stood in the list."""
    first = await qr_links.save(tx, merchant_id, DRAFT, NOW)
    await qr_links.count_opening(tx, merchant_id, first.slug)
    await qr_links.save(tx, merchant_id, BOTH, LATER)
    listed = await qr_links.of_merchant(tx, merchant_id)
    await qr_links.delete(tx, merchant_id, first.slug, LATER)

    back = await qr_links.restore(tx, merchant_id, first.slug, LATER)

    assert back == replace(first, opened=1)
    assert await qr_links.of_merchant(tx, merchant_id) == listed


@pytest.mark.parametrize("draft", [DRAFT, BOTH, PLAIN], ids=lambda d: d.name)
async def test_a_change_keeps_slug_and_openings(
    tx: AsyncConnection, merchant_id: int, draft: QrLinkDraft
) -> None:
    """Everything else is as in the new draft, and no other QR code is touched."""
    saved, other = [await qr_links.save(tx, merchant_id, BOTH, NOW) for _ in range(2)]
    await qr_links.count_opening(tx, merchant_id, saved.slug)

    changed = await qr_links.change(tx, merchant_id, saved.slug, draft, LATER)

    assert changed is not None
    assert changed == await qr_links.find(tx, merchant_id, saved.slug)
    assert (changed.slug, changed.opened) == (saved.slug, 1)
    assert (changed.name, changed.link_type) == (draft.name.strip(), draft.link_type)
    assert changed.variables == draft.variables
    assert await qr_links.find(tx, merchant_id, other.slug) == other


async def test_only_what_is_in_use_is_changed_and_only_what_is_gone_restored(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Anything else is told by giving nothing, and writes nothing."""
    slug = (await qr_links.save(tx, merchant_id, DRAFT, NOW)).slug
    assert await qr_links.restore(tx, merchant_id, slug, LATER) is None
    await qr_links.delete(tx, merchant_id, slug, LATER)
    before = await qr_links.find_ever(tx, merchant_id, slug)

    assert await qr_links.delete(tx, merchant_id, slug, LATER) is None
    assert await qr_links.change(tx, merchant_id, slug, BOTH, LATER) is None
    assert await qr_links.find_ever(tx, merchant_id, slug) == before
    assert await qr_links.find_ever(tx, merchant_id, "none") is None


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
