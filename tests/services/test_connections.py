"""Connecting accounts: checked first, stored sealed, refused with a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from marketing_agent.core.errors import NotFound
from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.services.connections import (
    AnotherKlaviyoAccount,
    AnotherLineAccount,
    LineAccountTaken,
    LineChannels,
    connect_klaviyo,
    connect_line,
)
from marketing_agent.storage.tables import klaviyo_accounts, line_accounts
from tests.desk import LOGIN, MESSAGING

if TYPE_CHECKING:
    from tests.desk import Desk

CHANNELS = LineChannels(
    login=LineChannel(id=LOGIN.id, secret=LOGIN.secret),
    messaging=LineChannel(id=MESSAGING.id, secret=MESSAGING.secret),
)


async def test_credentials_are_nowhere_to_be_read(desk: Desk) -> None:
    """No column of the two tables holds a key or a secret in plain bytes."""
    async with desk.ground.database.transaction() as tx:
        rows = [
            *(await tx.execute(select(klaviyo_accounts))),
            *(await tx.execute(select(line_accounts))),
        ]
    stored = b"".join(
        value if isinstance(value, bytes) else str(value).encode()
        for row in rows
        for value in row
    )
    for secret in (desk.klaviyo.private_key, LOGIN.secret, MESSAGING.secret):
        assert secret.encode() not in stored
    assert LOGIN.id.encode() in stored


@pytest.mark.parametrize("merchant_id", [999, 2**31])
async def test_an_unknown_merchant_connects_nothing(
    desk: Desk, merchant_id: int
) -> None:
    """A slip in the merchant's number is told as such, whatever its size."""
    before = await desk.counts()
    with pytest.raises(NotFound):
        await connect_klaviyo(desk.ground, merchant_id, desk.klaviyo.private_key)
    with pytest.raises(NotFound):
        await connect_line(desk.ground, merchant_id, CHANNELS)
    assert await desk.counts() == before


async def test_the_neighbour_cannot_take_our_line_account(desk: Desk) -> None:
    """Not even with the right credentials; ours stays connected as it was."""
    with pytest.raises(LineAccountTaken):
        await connect_line(desk.ground, desk.neighbour_id, CHANNELS)
    assert (await desk.counts())["line_accounts"] == 1
    assert not repr(CHANNELS).count(MESSAGING.secret)


async def test_two_merchants_may_share_a_klaviyo_account(desk: Desk) -> None:
    """Several LINE accounts on one Klaviyo account are one merchant each."""
    await connect_klaviyo(desk.ground, desk.neighbour_id, desk.klaviyo.private_key)
    assert (await desk.counts())["klaviyo_accounts"] == 2


async def test_a_merchant_stays_with_the_account_connected_first(desk: Desk) -> None:
    """Links name profiles and LINE users of one account; another one is refused."""
    before = await desk.counts()
    desk.klaviyo.account = replace(desk.klaviyo.account, public_id="Other1")
    desk.line.bot = replace(desk.line.bot, user_id=f"U{'0' * 32}")

    with pytest.raises(AnotherKlaviyoAccount):
        await connect_klaviyo(desk.ground, desk.merchant_id, desk.klaviyo.private_key)
    with pytest.raises(AnotherLineAccount):
        await connect_line(desk.ground, desk.merchant_id, CHANNELS)

    assert await desk.counts() == before
