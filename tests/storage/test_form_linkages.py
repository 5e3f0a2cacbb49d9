"""Form ID linkage settings: one in use per form, under slugs that are given once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from marketing_agent.core.facts import FormId
from marketing_agent.core.form_linkage import FormTiming, FormTrigger
from marketing_agent.storage import form_linkages, form_secrets
from tests.storage.world import FORM_DRAFT, LATER, saved_form_linkage, undone

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.form_linkage import FormLinkageDraft

FLOW = replace(
    FORM_DRAFT,
    cta_label=" Join ",
    landing_page="https://shop.test:8443/join",
    timing=FormTiming.FLOW,
    trigger=FormTrigger.SUBSCRIBED_TO_LIST,
)
OTHER_FORM = replace(FORM_DRAFT, form_id=FormId("Abc789"))


@pytest.mark.parametrize("draft", [FORM_DRAFT, FLOW], ids=lambda d: d.timing)
async def test_a_saved_setting_comes_back_as_it_was(
    tx: AsyncConnection, merchant_id: int, draft: FormLinkageDraft
) -> None:
    """By slug and by form, with nothing seen yet."""
    saved = await saved_form_linkage(tx, merchant_id, draft)

    assert await form_linkages.find(tx, merchant_id, saved.slug) == saved
    assert await form_linkages.of_form(tx, merchant_id, draft.form_id) == saved
    assert await form_linkages.owner_of(tx, saved.slug) == merchant_id
    assert re.fullmatch(r"[2-9a-hjkmnp-z]{10}", saved.slug)
    assert saved.origins == draft.origins
    assert (saved.cta_label, saved.timing) == (draft.cta_label.strip(), draft.timing)
    assert (saved.trigger, saved.handed_over, saved.script_seen_at) == (
        *(draft.trigger, 0, None),
    )


async def test_a_form_has_one_setting_in_use(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """The database refuses a second one, and takes one after the first is removed."""
    first = await saved_form_linkage(tx, merchant_id)
    with pytest.raises(IntegrityError):
        async with tx.begin_nested():
            await saved_form_linkage(tx, merchant_id)
    await form_linkages.remove(tx, merchant_id, first.slug, LATER)

    second = await saved_form_linkage(tx, merchant_id)

    assert second.slug != first.slug
    assert await form_linkages.of_merchant(tx, merchant_id) == [second]


async def test_a_removed_setting_keeps_its_slug_and_comes_back(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Whose it was is still known; it hears its webhook for as long as is asked."""
    saved = await saved_form_linkage(tx, merchant_id)
    await form_linkages.count_hand_over(tx, merchant_id, saved.slug)
    slug, just_before = saved.slug, LATER - timedelta(seconds=1)
    assert await form_linkages.remove(tx, merchant_id, slug, LATER) is not None

    assert await form_linkages.find(tx, merchant_id, slug) is None
    assert await form_linkages.of_form(tx, merchant_id, saved.form_id) is None
    assert await form_linkages.owner_of(tx, slug) == merchant_id
    ever = await form_linkages.find_ever(tx, merchant_id, slug)
    hearing = form_linkages.find_hearing
    assert await hearing(tx, merchant_id, slug, removed_after=just_before) == ever
    assert await hearing(tx, merchant_id, slug, removed_after=LATER) is None

    back = await form_linkages.restore(tx, merchant_id, slug, LATER)
    assert back == replace(saved, handed_over=1)
    assert await form_linkages.restore(tx, merchant_id, slug, LATER) is None


async def test_a_change_keeps_slug_and_counts(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Everything else is as in the new draft."""
    saved = await saved_form_linkage(tx, merchant_id)
    await form_linkages.count_hand_over(tx, merchant_id, saved.slug)

    changed = await form_linkages.change(
        tx, merchant_id, saved.slug, FLOW, LATER, form_name="Renamed"
    )

    assert changed is not None
    assert (changed.slug, changed.handed_over) == (saved.slug, 1)
    assert (changed.form_name, changed.cta_label) == ("Renamed", "Join")
    assert (changed.timing, changed.trigger) == (FLOW.timing, FLOW.trigger)
    assert (
        await form_linkages.change(tx, merchant_id, "none", FLOW, LATER, form_name="x")
        is None
    )


async def test_a_new_secret_keeps_the_one_before(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Only that one: a secret of two renewals ago is gone."""
    slug = (await saved_form_linkage(tx, merchant_id)).slug
    for secret in (b"second", b"third"):
        await form_secrets.renew(tx, merchant_id, slug, secret, previous_until=LATER)

    kept = await form_secrets.find(tx, merchant_id, slug)

    assert kept is not None
    assert (kept.current, kept.previous) == (b"third", b"second")
    assert kept.previous_until == LATER
    assert b"third" not in repr(kept).encode()


async def test_a_sign_of_life_is_of_the_forms_it_names(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """One that names none speaks for all settings of that origin, and no other."""
    here = await saved_form_linkage(tx, merchant_id)
    twin = await saved_form_linkage(tx, merchant_id, OTHER_FORM)
    elsewhere = await saved_form_linkage(
        tx, merchant_id, replace(FLOW, form_id=FormId("Far456"))
    )
    origin = here.origins[0]

    async def seen(*forms: str) -> list[str]:
        async with undone(tx):
            await form_linkages.script_seen(tx, merchant_id, forms, origin, LATER)
            listed = await form_linkages.of_merchant(tx, merchant_id)
            assert {each.script_seen_on for each in listed} <= {None, origin}
            return sorted(each.slug for each in listed if each.script_seen_at == LATER)

    assert await seen() == sorted([here.slug, twin.slug])
    assert await seen(here.form_id, "unknown") == [here.slug]
    assert elsewhere.slug not in await seen()


@pytest.mark.parametrize("slug", ["", "none", "a\0b", "\ud800", "'; --", "x" * 9999])
async def test_no_text_from_a_url_breaks_the_query(
    tx: AsyncConnection, merchant_id: int, slug: str
) -> None:
    """Whatever a stranger types, it is simply nobody's slug."""
    assert await form_linkages.owner_of(tx, slug) is None
    assert await form_secrets.find(tx, merchant_id, slug) is None
