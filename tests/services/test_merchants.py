"""Adding a merchant: what customers will read is checked at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.services.merchants import (
    MerchantName,
    NotAnHttpAddress,
    UnknownRegion,
    add_merchant,
)

if TYPE_CHECKING:
    from marketing_agent.core.errors import BadInput
    from tests.desk import Desk


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"name": ""}, MerchantName),
        ({"name": " \n"}, MerchantName),
        ({"name": "x" * 101}, MerchantName),
        ({"phone_region": "jp"}, UnknownRegion),
        ({"phone_region": "Japan"}, UnknownRegion),
        ({"phone_region": ""}, UnknownRegion),
        ({"privacy_policy_url": "shop.test/privacy"}, NotAnHttpAddress),
        ({"privacy_policy_url": "javascript:alert(1)"}, NotAnHttpAddress),
        ({"privacy_policy_url": "https://"}, NotAnHttpAddress),
        ({"privacy_policy_url": "https://[half"}, NotAnHttpAddress),
        ({"privacy_policy_url": ""}, NotAnHttpAddress),
    ],
)
async def test_what_cannot_be_shown_or_used_is_refused(
    desk: Desk, values: dict[str, Any], error: type[BadInput]
) -> None:
    """Each slip has its own message, and no half a merchant is stored."""
    before = await desk.counts()
    with pytest.raises(error):
        await add_merchant(desk.ground, **({"name": "Aoi Tea"} | values))
    assert await desk.counts() == before


async def test_every_merchant_has_a_webhook_address_of_its_own(desk: Desk) -> None:
    """The keys are long, random, and safe in a path."""
    made = [await add_merchant(desk.ground, name=" Aoi Tea ") for _ in range(10)]

    assert len({each.webhook_key for each in made}) == 10
    assert {len(each.webhook_key) for each in made} == {32}
    assert {each.name for each in made} == {"Aoi Tea"}
