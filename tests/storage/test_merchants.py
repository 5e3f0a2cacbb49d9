"""Merchants, their accounts and the values they do not take for a person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from marketing_agent.core.errors import NotFound
from marketing_agent.storage import blocked_values, merchants
from tests.storage.world import (
    HASH,
    LATER,
    NOW,
    klaviyo_row,
    line_row,
    new_merchant,
)

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


async def test_a_merchant_is_found_by_id_and_by_webhook_key(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Namesakes are told apart by a key that cannot be guessed."""
    namesake = await merchants.get(tx, await new_merchant(tx))
    found = await merchants.get(tx, merchant_id)

    assert await merchants.by_webhook_key(tx, found.webhook_key) == found
    assert await merchants.all_of_them(tx) == [found, namesake]
    assert (found.name, found.phone_region, found.integration_on) == (
        "Kissa",
        "JP",
        True,
    )
    assert found.webhook_key != namesake.webhook_key
    assert len(found.webhook_key) >= 32


async def test_an_unknown_merchant_is_a_clear_error(tx: AsyncConnection) -> None:
    """The error names what is not there."""
    with pytest.raises(NotFound, match='no merchant "4711"'):
        await merchants.get(tx, 4711)


@pytest.mark.parametrize("key", ["", "none", "a\0b", "\ud800", "x" * 9999])
async def test_no_text_from_a_url_breaks_the_query(
    tx: AsyncConnection, key: str
) -> None:
    """Whatever a stranger sends, it is simply nobody's webhook."""
    assert await merchants.by_webhook_key(tx, key) is None


async def test_accounts_are_connected_and_renewed(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """A new key replaces the old one; before the first there is none."""
    assert await merchants.klaviyo_account(tx, merchant_id) is None
    assert await merchants.line_account(tx, merchant_id) is None
    klaviyo, line = klaviyo_row(), line_row(merchant_id)
    await merchants.connect_klaviyo(tx, merchant_id, klaviyo, NOW)
    await merchants.connect_line(tx, merchant_id, line, NOW)
    assert await merchants.klaviyo_account(tx, merchant_id) == klaviyo
    assert await merchants.line_account(tx, merchant_id) == line

    klaviyo = replace(klaviyo, key_sealed=b"renewed", time_zone=None)
    line = replace(line, messaging_secret_sealed=b"renewed")
    await merchants.connect_klaviyo(tx, merchant_id, klaviyo, LATER)
    await merchants.connect_line(tx, merchant_id, line, LATER)

    assert await merchants.klaviyo_account(tx, merchant_id) == klaviyo
    assert await merchants.line_account(tx, merchant_id) == line


async def test_a_line_account_belongs_to_one_merchant(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Its webhooks could not say whose they are otherwise."""
    await merchants.connect_line(tx, merchant_id, line_row(1), NOW)

    with pytest.raises(IntegrityError):
        await merchants.connect_line(tx, await new_merchant(tx), line_row(1), NOW)


async def test_a_value_is_blocked_once(tx: AsyncConnection, merchant_id: int) -> None:
    """A repeat changes nothing."""
    assert await blocked_values.hashes(tx, merchant_id) == frozenset()
    for _ in range(2):
        await blocked_values.add(tx, merchant_id, HASH, b"sealed", NOW)

    assert await blocked_values.hashes(tx, merchant_id) == {HASH}
