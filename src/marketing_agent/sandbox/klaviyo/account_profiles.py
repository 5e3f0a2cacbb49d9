"""The profiles of one account: seeded, edited, found."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from marketing_agent.sandbox.klaviyo.crowd import Crowd, line_user_of
from marketing_agent.sandbox.klaviyo.identifiers import Mint, canonical_email
from marketing_agent.sandbox.klaviyo.profile_rows import ProfileRows, Writes
from marketing_agent.sandbox.klaviyo.profile_search import ProfileSearch
from marketing_agent.sandbox.klaviyo.profile_store import ProfileStore
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit, SandboxProfile
from marketing_agent.sandbox.klaviyo.subscriptions import Reason, Suppression

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pydantic import JsonValue

    from marketing_agent.sandbox.klaviyo.filters import Condition
    from marketing_agent.sandbox.klaviyo.members import Members
    from marketing_agent.sandbox.klaviyo.pages import Cut, Page
    from marketing_agent.sandbox.klaviyo.places import Place

_PRECEDENCE = (
    "id",
    "_kx",
    "external_id",
    "email",
    "phone_number",
    "anonymous_id",
)


class AccountProfiles:
    """What `KlaviyoWorld` knows about profiles, apart from what they did."""

    def __init__(self, public_id: str, clock: Callable[[], datetime]) -> None:
        self.indexing_delay = timedelta(0)
        self.lock = threading.RLock()
        self.mint = Mint(public_id)
        self._clock = clock
        self._profiles = ProfileStore(self.mint)
        self._search = ProfileSearch(self._profiles)

    def now(self) -> datetime:
        """Tell the account's time, aware UTC."""
        return self._clock()

    def add_profile(
        self,
        *,
        profile_id: str | None = None,
        email: str | None = None,
        properties: Mapping[str, JsonValue] | None = None,
        **attributes: Any,
    ) -> str:
        """Seed a profile and return its id; `attributes` as in the API.

        The phone number is kept as given, so that a profile can look like one from
        before Klaviyo demanded E.164. `profile_id` is for old six-character ids.

        Raises:
            DuplicateProfile: another profile holds the email, phone or external id.
            ValueError: the email is none.
            TypeError: an attribute that profiles do not have.

        """
        with self.lock:
            named = {} if profile_id is None else {"id": profile_id}
            stored = None if email is None else canonical_email(email)
            return self._add_profile(
                {**attributes, **named, "email": stored}, properties or {}
            ).id

    def add_crowd(
        self,
        count: int,
        *,
        properties: Callable[[int], Mapping[str, JsonValue]] = line_user_of,
        first: datetime | None = None,
        spacing: timedelta = timedelta(seconds=1),
    ) -> Crowd:
        """Seed very many profiles that take no memory until they are written to.

        The first was made at `first`, each next `spacing` later; without `first` the
        last was made just now. `properties` tells the custom properties of a member by
        its number, the same each time; without it each has a LINE User ID of its own.
        """
        with self.lock:
            began = first or self.now() - count * spacing
            crowd = Crowd(
                count=count,
                prefix=self.mint.profile_id(began)[:16],
                first=began,
                spacing=spacing,
                properties=properties,
            )
            self._profiles.add_crowd(crowd)
            return crowd

    def edit_profile(
        self, profile_id: str, changes: Mapping[str, Any], properties: PropertyEdit
    ) -> SandboxProfile:
        """Change a profile, as `PATCH /api/profiles/{id}` does.

        Raises:
            NotFound: there is no such profile.
            DuplicateProfile: another profile holds one of the new identifiers.

        """
        with self.lock:
            return self._profiles.edit(
                profile_id, changes, properties, self.now(), self.indexing_delay
            )

    def profile(self, profile_id: str) -> SandboxProfile:
        """Give the profile as it is now.

        Raises:
            NotFound: there is none, or no longer.

        """
        with self.lock:
            self.catch_up()
            return self._profiles.get(profile_id)

    def profiles(self) -> tuple[SandboxProfile, ...]:
        """List every profile, oldest first; of crowds only those written to."""
        with self.lock:
            self.catch_up()
            return self._profiles.all()

    def holder(self, identifiers: Mapping[str, str]) -> str | None:
        """Tell who has the strongest of these that is known, by id, `_kx` and so on."""
        with self.lock:
            for name in _PRECEDENCE:
                value = identifiers.get(name, "")
                known = value if value in self._profiles else None
                owner = known if name == "id" else self._profiles.owner(name, value)
                if owner:
                    return owner
            return None

    def catch_up(self) -> None:
        """Do first what is due, whoever looks at the account."""

    def profile_count(self) -> int:
        """Count every profile, crowds included."""
        with self.lock:
            return len(self._profiles)

    def find_profiles(self, conditions: Sequence[Condition], cut: Cut) -> Page[str]:
        """Find a page of ids with a filter, as far as they are indexed."""
        with self.lock:
            self._profiles.catch_up(self.now())
            return self._search.page(conditions, cut)

    def find_members(
        self, members: Members, conditions: Sequence[Condition], cut: Cut
    ) -> Page[Place]:
        """Find a page of members (when they joined, and their ids) with a filter."""
        with self.lock:
            self._profiles.catch_up(self.now())
            return self._search.members(members, conditions, cut)

    def profile_rows(self, write: Writes) -> ProfileRows:
        """Make a writer of profiles as JSON text."""
        return ProfileRows(self._profiles, write)

    def suppress(self, profile_id: str, reason: Reason = "UNSUBSCRIBE") -> None:
        """Suppress all email to a profile.

        Raises:
            NotFound: there is no such profile.

        """
        at = self.now().replace(microsecond=0)
        suppression = Suppression(reason=reason, at=at)
        self.edit_profile(profile_id, {"suppression": suppression}, PropertyEdit())

    def exchange_id(self, profile_id: str) -> str:
        """Give the `_kx` value that links in an email to this profile carry.

        It stays percent-encoded, as in a link: `<opaque>%3D.<public id>`.

        Raises:
            NotFound: there is no such profile.

        """
        with self.lock:
            return self._profiles.exchange_id(profile_id)

    def _add_profile(
        self, attributes: Mapping[str, Any], properties: Mapping[str, JsonValue]
    ) -> SandboxProfile:
        now = self.now()
        at = now.replace(microsecond=0)
        profile = SandboxProfile(
            **{"id": self.mint.profile_id(now), **attributes},
            created=at,
            updated=at,
            properties=dict(properties),
        )
        return self._profiles.add(profile, self.indexing_delay)
