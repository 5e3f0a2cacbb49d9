"""The merchant's Klaviyo account as `GET /api/accounts` tells it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One Klaviyo account.

    `public_id` is the six-character site id. Klaviyo answers it as `id` and as
    `public_api_key`, and ends every `_kx` value with it.
    """

    public_id: str = "Hn4cFe"
    organization: str = "Hana Coffee"
    timezone: str = "Asia/Tokyo"
    locale: str = "ja-JP"
    currency: str = "JPY"
    industry: str | None = "Food & Drink"
    website_url: str | None = "https://hana-coffee.test"
    street: str = "1-1 Hanamachi"
    city: str = "Kyoto"
    region: str = "Kyoto"
    zip: str = "600-0000"
    country: str = "JP"
    sender_email: str = "hello@hana-coffee.test"
    test_account: bool = False
