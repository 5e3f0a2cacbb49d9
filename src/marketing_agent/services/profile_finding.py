"""What Klaviyo knows about the signals of claims and the names in their links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.core.match import NamedBy
from marketing_agent.core.signals import ProfileId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from marketing_agent.core.facts import FactKey
    from marketing_agent.platforms.klaviyo.client import KlaviyoClient
    from marketing_agent.platforms.klaviyo.types import KlaviyoProfile
    from marketing_agent.services.lookups import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The profiles that were found, each once, and whom each claim's link names."""

    profiles: list[KlaviyoProfile]
    named: Mapping[FactKey, ProfileId]
    """A claim whose link names nobody that Klaviyo knows is not in it."""


async def find(klaviyo: KlaviyoClient, wanted: Mapping[FactKey, Wanted]) -> Finding:
    """Ask by all signals at once, then by each name. Raises PlatformError."""
    found = await _by_signals(klaviyo, wanted.values())
    named = {}
    for claim, each in wanted.items():
        profile = await _named(klaviyo, each, found)
        if profile is not None:
            # Read by its id it is up to date, while a search may not list it yet.
            found[profile.id] = profile
            named[claim] = profile.id
    return Finding(profiles=list(found.values()), named=named)


async def _by_signals(
    klaviyo: KlaviyoClient, wanted: Iterable[Wanted]
) -> dict[ProfileId, KlaviyoProfile]:
    asked = list(wanted)
    emails = sorted({each.email for each in asked if each.email is not None})
    phones = sorted({each.phone for each in asked if each.phone is not None})
    by_email = await klaviyo.profiles_by_email(emails) if emails else []
    by_phone = await klaviyo.profiles_by_phone(phones) if phones else []
    return {each.id: each for each in (*by_email, *by_phone)}


async def _named(
    klaviyo: KlaviyoClient,
    wanted: Wanted,
    found: Mapping[ProfileId, KlaviyoProfile],
) -> KlaviyoProfile | None:
    """The profile that the link names; None too for one that is no longer there.

    Klaviyo merges and deletes profiles: an email of before names nobody then, which
    contradicts nothing.
    """
    if wanted.named is None:
        return None
    if wanted.named_by is NamedBy.KX:
        return await klaviyo.profile_by_exchange_id(wanted.named)
    profile_id = ProfileId(wanted.named)
    return found.get(profile_id) or await klaviyo.profile(profile_id)
