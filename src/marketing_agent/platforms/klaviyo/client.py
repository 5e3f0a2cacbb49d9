"""Klaviyo over HTTP: the calls that linking needs, of one merchant's account.

Every method raises the errors of `Sender`, `CredentialsRefused` for 401 and 403,
`PlatformNotFound`, `DuplicateProfile` or `PlatformRefused` for other 4xx answers, and
`PlatformAnswerUnreadable` for an answer in no shape of Klaviyo's.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import httpx

from marketing_agent.core.errors import PlatformRefused
from marketing_agent.platforms.json_values import JsonValue, as_object
from marketing_agent.platforms.klaviyo import tiers, wire
from marketing_agent.platforms.klaviyo.exchange import (
    KlaviyoExchange,
    accepted,
    says_not_found,
    unknown_profile,
    unreadable,
)
from marketing_agent.platforms.klaviyo.filters import (
    MOST_VALUES,
    any_of,
    batches,
    equals,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from marketing_agent.core.signals import EmailAddress, PhoneNumber, ProfileId
    from marketing_agent.platforms.klaviyo.types import (
        KlaviyoAccount,
        KlaviyoCredentials,
        KlaviyoEvent,
        KlaviyoMetric,
        KlaviyoProfile,
    )
    from marketing_agent.platforms.sender import Sender

log = logging.getLogger(__name__)

_PROFILE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_EXCHANGE_ID = 512
"""Characters; Klaviyo's own have well under a hundred."""
_PROFILE_FIELDS = {
    "additional-fields[profile]": "subscriptions",
    "fields[profile]": (
        "email,phone_number,properties,updated,"
        "subscriptions.email.marketing.can_receive_email_marketing"
    ),
}
"""Only what linking reads: names and addresses of customers stay at Klaviyo."""


class KlaviyoClient:
    """One account.

    `account_key` names it in the rate limits: the same for every key of the account.
    """

    def __init__(
        self,
        base_url: str,
        credentials: KlaviyoCredentials,
        sender: Sender,
        *,
        account_key: str,
    ) -> None:
        self._klaviyo = KlaviyoExchange(
            base_url=httpx.URL(base_url),
            credentials=credentials,
            sender=sender,
            account_key=account_key,
        )

    @property
    def exchange(self) -> KlaviyoExchange:
        """How this account is called, for what has a module of its own."""
        return self._klaviyo

    async def account(self) -> KlaviyoAccount:
        """Give the account behind the credentials (Get Accounts)."""
        call = self._klaviyo.call(
            "get_accounts", "GET", "/api/accounts", tiers.ACCOUNTS
        )
        found = wire.read_rows(await self._klaviyo.object(call), wire.read_account)
        if not found:
            raise unreadable(call, "no account in it")
        return found[0]

    async def profile(self, profile_id: ProfileId) -> KlaviyoProfile | None:
        """Give the profile, or None where Klaviyo says that there is none of this id.

        It was deleted or merged away, or it never was.
        """
        if not _PROFILE_ID.fullmatch(profile_id):
            return None
        path = f"/api/profiles/{profile_id}"
        call = self._klaviyo.call(
            "get_profile", "GET", path, tiers.PROFILES, query=_PROFILE_FIELDS
        )
        answer = await self._klaviyo.sender.send(call)
        if says_not_found(answer):
            return None
        found = wire.read_profile(as_object(accepted(call, answer).get("data")))
        if found is None:
            raise unreadable(call, "no profile in it")
        return found

    async def profiles_by_email(
        self, emails: Sequence[EmailAddress]
    ) -> list[KlaviyoProfile]:
        """Find the profiles with one of these addresses, each once, in no order.

        A value that Klaviyo refuses to compare finds nobody and stops no other.
        """
        return await self._profiles_with("email", emails)

    async def profiles_by_phone(
        self, phones: Sequence[PhoneNumber]
    ) -> list[KlaviyoProfile]:
        """Find profiles as `profiles_by_email` does.

        A number that Klaviyo keeps in a national form may be missed.
        """
        return await self._profiles_with("phone_number", phones)

    async def profiles_by_id(
        self, profile_ids: Sequence[ProfileId]
    ) -> list[KlaviyoProfile]:
        """Read these profiles, 100 in a call; those that are gone are left out."""
        known = [each for each in profile_ids if _PROFILE_ID.fullmatch(each)]
        return await self._profiles_with("id", known)

    async def profile_by_exchange_id(self, kx: str) -> KlaviyoProfile | None:
        """Find the profile that Klaviyo's own link parameter `_kx` names.

        None for one that it does not know or cannot read: anyone can type one.
        """
        if not 0 < len(kx) <= _LONGEST_EXCHANGE_ID:
            return None
        try:
            found = await self._filtered(equals("_kx", kx))
        except PlatformRefused as error:
            if not _is_about_the_filter(error):
                raise
            return None
        return found[0] if len(found) == 1 else None

    async def set_properties(
        self,
        profile_id: ProfileId,
        properties: Mapping[str, JsonValue],
        unset: Sequence[str] = (),
    ) -> None:
        """Write custom properties and remove others.

        Nothing else of the profile is touched, and none is ever created: a profile
        that is gone raises `PlatformNotFound`.
        """
        if not _PROFILE_ID.fullmatch(profile_id):
            raise unknown_profile("update_profile")
        path = f"/api/profiles/{profile_id}"
        body = wire.properties_patch(profile_id, properties, unset)
        call = self._klaviyo.call(
            "update_profile", "PATCH", path, tiers.PROFILES, json=body
        )
        await self._klaviyo.object(call)

    async def record_event(
        self,
        profile_id: ProfileId,
        metric: str,
        properties: Mapping[str, JsonValue],
        *,
        unique_id: str,
        at: datetime,
    ) -> None:
        """Record an event at `at` (aware); a repeat of its `unique_id` adds none.

        It is accepted when this returns, and visible within minutes.
        """
        body = wire.event_body(profile_id, metric, properties, unique_id, at)
        call = self._klaviyo.call(
            "create_event", "POST", "/api/events", tiers.EVENTS, json=body
        )
        await self._klaviyo.done(call)

    async def events_of(
        self, profile_id: ProfileId, *, newest: int = 50
    ) -> list[KlaviyoEvent]:
        """Give the profile's latest events, newest first, at most 1,000."""
        query = {
            "filter": equals("profile_id", profile_id),
            "include": "metric",
            "page[size]": str(newest),
            "sort": "-datetime",
        }
        call = self._klaviyo.call(
            "get_events", "GET", "/api/events", tiers.EVENTS, query=query
        )
        return wire.read_events(await self._klaviyo.object(call))

    async def metrics(self) -> list[KlaviyoMetric]:
        """Every kind of event that the account knows."""
        call = self._klaviyo.call("get_metrics", "GET", "/api/metrics", tiers.METRICS)
        return await self._klaviyo.pages(call, wire.read_metric)

    async def _profiles_with(
        self, field: str, values: Iterable[str]
    ) -> list[KlaviyoProfile]:
        found: dict[ProfileId, KlaviyoProfile] = {}
        for batch in batches(values):
            for profile in await self._profiles_of_batch(field, batch):
                found[profile.id] = profile
        return list(found.values())

    async def _profiles_of_batch(
        self, field: str, values: Sequence[str]
    ) -> list[KlaviyoProfile]:
        """Halve a refused batch until the value that it is refused for is alone.

        One odd address typed into a form must not hold up everyone else's.
        """
        try:
            return await self._filtered(any_of(field, values))
        except PlatformRefused as error:
            if not _is_about_the_filter(error):
                raise
        if len(values) == 1:
            log.warning("Klaviyo refuses to compare a value of %s", field)
            return []
        middle = len(values) // 2
        first = await self._profiles_of_batch(field, values[:middle])
        return first + await self._profiles_of_batch(field, values[middle:])

    async def _filtered(self, condition: str) -> list[KlaviyoProfile]:
        size = {"page[size]": str(MOST_VALUES)}
        query = {"filter": condition, **size, **_PROFILE_FIELDS}
        call = self._klaviyo.call(
            "get_profiles", "GET", "/api/profiles", tiers.PROFILES, query=query
        )
        return await self._klaviyo.pages(call, wire.read_profile)


def _is_about_the_filter(error: PlatformRefused) -> bool:
    """Tell a value that Klaviyo will not compare from a mistake in our request."""
    parameter = error.facts.get("parameter")
    return error.status == httpx.codes.BAD_REQUEST and parameter in (None, "filter")
