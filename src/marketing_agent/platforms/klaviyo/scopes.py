"""What a Klaviyo key may read, tried with the smallest call of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.platforms.klaviyo import tiers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.platforms.klaviyo.exchange import KlaviyoExchange
    from marketing_agent.platforms.limits import Tier

_SMALLEST: Final[Mapping[str, tuple[str, Tier, Mapping[str, str]]]] = {
    "profiles:read": (
        "/api/profiles",
        tiers.PROFILES,
        {"page[size]": "1", "fields[profile]": "updated"},
    ),
    "segments:read": ("/api/segments", tiers.SEGMENTS, {"fields[segment]": "name"}),
    "forms:read": (
        "/api/forms",
        tiers.FORMS,
        {"page[size]": "1", "fields[form]": "name"},
    ),
    "flows:read": (
        "/api/flows",
        tiers.FLOWS,
        {"page[size]": "1", "fields[flow]": "name"},
    ),
}
SCOPES: Final = tuple(_SMALLEST)


async def try_scope(klaviyo: KlaviyoExchange, scope: str) -> None:
    """Read next to nothing with this scope, one of `SCOPES`.

    Raises CredentialsRefused where the key lacks it, and PlatformError.
    """
    path, tier, query = _SMALLEST[scope]
    name = f"try_{scope.replace(':', '_')}"
    await klaviyo.object(klaviyo.call(name, "GET", path, tier, query=query))
