"""Adding and naming a merchant; everything else about one has a module of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import phonenumbers

from marketing_agent.core.errors import BadInput
from marketing_agent.storage import merchants

if TYPE_CHECKING:
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.merchants import Merchant

_NAME_LENGTH: Final = 100


class MerchantName(BadInput):
    """A merchant's name has 1 to 100 characters; customers read it."""


class UnknownRegion(BadInput):
    """{shown} is no region for phone numbers. Give two letters, such as JP or TW."""


class NotAnHttpAddress(BadInput):
    """{shown} is no web address. It has to begin with https://."""


async def add_merchant(
    ground: Ground,
    *,
    name: str,
    phone_region: str = "JP",
    time_zone: str = "Asia/Tokyo",
    privacy_policy_url: str | None = None,
) -> Merchant:
    """A new merchant. Raises MerchantName, UnknownRegion, NotAnHttpAddress."""
    if not 0 < len(name.strip()) <= _NAME_LENGTH:
        raise MerchantName
    if phone_region not in phonenumbers.SUPPORTED_REGIONS:
        raise UnknownRegion(shown=repr(phone_region[:20]))
    if privacy_policy_url is not None and not _is_http(privacy_policy_url):
        raise NotAnHttpAddress(shown=repr(privacy_policy_url[:80]))
    async with ground.database.transaction() as tx:
        return await merchants.add(
            tx,
            name=name.strip(),
            phone_region=phone_region,
            time_zone=time_zone,
            privacy_policy_url=privacy_policy_url,
        )


async def merchant_of(ground: Ground, merchant_id: int) -> Merchant:
    """The merchant that a caller speaks for. Raises NotFound."""
    async with ground.database.transaction() as tx:
        return await merchants.get(tx, merchant_id)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
