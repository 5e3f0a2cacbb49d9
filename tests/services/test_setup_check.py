"""The set-up check where the trouble is on our own side."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from marketing_agent.services.setup_check import CheckState, check_setup
from marketing_agent.storage.vault import Keys, Vault
from tests.desk import MESSAGING, connect, open_desk

if TYPE_CHECKING:
    from tests.desk import Desk


async def test_credentials_under_a_lost_key_are_told_one_by_one(desk: Desk) -> None:
    """After a restore with another DATA_KEY the check still answers, with the fix."""
    lost = Vault(Keys(data=[os.urandom(32)], index=os.urandom(32)))
    found = await check_setup(replace(desk.ground, vault=lost), desk.merchant_id)

    told = {f"{each.platform} {each.what}": each for each in found}
    for name in ("Klaviyo account", "LINE Messaging API channel", "LINE webhook"):
        assert told[name].state is CheckState.FAILED
        assert "DATA_KEY" in told[name].says
        assert told[name].fix


async def test_an_older_data_key_still_opens_the_credentials(database_url: str) -> None:
    """Rotating the key, the new one first, interrupts nothing."""
    async with open_desk(database_url, connected=False) as desk:
        old, new, index = os.urandom(32), os.urandom(32), os.urandom(32)
        before = replace(desk.ground, vault=Vault(Keys(data=[old], index=index)))
        after = replace(desk.ground, vault=Vault(Keys(data=[new, old], index=index)))
        await connect(before, desk.klaviyo, desk.merchant_id)

        found = await check_setup(after, desk.merchant_id)

    states = [each.state for each in found]
    assert states[:3] == [CheckState.OK] * 3


async def test_a_check_shows_no_credential(desk: Desk) -> None:
    """Neither when all is well nor when the platforms refuse."""
    well = await check_setup(desk.ground, desk.merchant_id)
    desk.klaviyo.private_key = "pk_sandbox_another_one"
    refused = await check_setup(desk.ground, desk.merchant_id)

    shown = repr([*well, *refused])
    for secret in ("pk_sandbox", MESSAGING.secret):
        assert secret not in shown
