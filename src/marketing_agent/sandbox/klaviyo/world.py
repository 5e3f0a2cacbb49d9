"""One Klaviyo account, whole: its state, and the switches that make it misbehave.

Tests and the demo seed and inspect it in Python; the same state is served over HTTP by
`klaviyo_app`. Every method may be called from any thread.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from marketing_agent.sandbox.klaviyo.account import Account
from marketing_agent.sandbox.klaviyo.calls import CallLog
from marketing_agent.sandbox.klaviyo.events import (
    EventDraft,
    EventStore,
    Metric,
    RecordedEvent,
)
from marketing_agent.sandbox.klaviyo.faults import Faults
from marketing_agent.sandbox.klaviyo.identifiers import Mint, canonical_email
from marketing_agent.sandbox.klaviyo.limits import Limits
from marketing_agent.sandbox.klaviyo.profile_store import ProfileStore
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit, SandboxProfile
from marketing_agent.sandbox.klaviyo.subscriptions import Reason, Suppression

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import JsonValue

    from marketing_agent.sandbox.klaviyo.filters import Condition

_PRECEDENCE = ("_kx", "external_id", "email", "phone_number", "anonymous_id")


class KlaviyoWorld:
    """The account's profiles, metrics and events.

    Attributes:
        private_key: the one key that is accepted; assign to rotate it.
        scopes: what that key may do; none means everything.
        indexing_delay: how long a new or edited email, phone or external id stays
            unknown to filters. By id a profile is found at once.
        event_delay: how long `GET /api/events` does not show a new event.
        limits: rate limits; `limits.lift()`, `limits.scale(factor)`.
        faults: misbehaviour to switch on.
        calls: the log of what was asked.

    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        account: Account | None = None,
        private_key: str = "pk_sandbox_hana_coffee",
    ) -> None:
        self.account = account or Account()
        self.private_key = private_key
        self.scopes: frozenset[str] | None = None
        self.indexing_delay = timedelta(0)
        self.event_delay = timedelta(0)
        self.limits = Limits(clock)
        self.faults = Faults()
        self.calls = CallLog()
        self.lock = threading.RLock()
        self.mint = Mint(self.account.public_id)
        self._clock = clock
        self._profiles = ProfileStore(self.mint)
        self._events = EventStore(self.mint, clock())

    def now(self) -> datetime:
        """Tell the account's time, aware UTC."""
        return self._clock()

    # -- profiles

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
            return self._add(
                {**attributes, **named, "email": stored}, properties or {}
            ).id

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
            return self._profiles.get(profile_id)

    def profiles(self) -> tuple[SandboxProfile, ...]:
        """List every profile, oldest first."""
        with self.lock:
            return self._profiles.all()

    def find_profiles(self, conditions: Sequence[Condition]) -> list[SandboxProfile]:
        """Find what a filter finds, as far as it is indexed."""
        with self.lock:
            return self._profiles.find(conditions, self.now())

    def merge(self, source: str, destination: str) -> None:
        """Merge two profiles: the source and its id are gone, its events move.

        Raises:
            NotFound: one of them does not exist.
            Invalid: they are the same.

        """
        with self.lock:
            self._profiles.merge(source, destination, self.now(), self.indexing_delay)
            self._events.move(source, destination)

    def delete(self, profile_id: str) -> None:
        """Delete a profile and its events.

        Raises:
            NotFound: there is no such profile.

        """
        with self.lock:
            self._profiles.remove(profile_id)
            self._events.drop(profile_id)

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

    # -- events

    def record_event(self, draft: EventDraft) -> RecordedEvent | None:
        """Take an event, as `POST /api/events` does; none if a repeat or nobody's.

        The strongest identifier that is known says whose it is; if none is known, a
        profile is made of them. An unknown profile id alone makes none.
        """
        with self.lock:
            profile_id = self._whose(draft)
            if profile_id is None:
                return None
            now = self.now()
            event = self._events.record(draft, profile_id, now, now + self.event_delay)
            if event:
                self._touch(event, draft)
            return event

    def events(self, profile_id: str | None = None) -> tuple[RecordedEvent, ...]:
        """List every event taken, in order, visible yet or not; or one profile's."""
        with self.lock:
            return tuple(
                event
                for event in self._events
                if profile_id is None or event.profile_id == profile_id
            )

    def metrics(self) -> tuple[Metric, ...]:
        """List every metric, oldest first."""
        with self.lock:
            return self._events.metrics()

    def _whose(self, draft: EventDraft) -> str | None:
        if draft.profile_id in self._profiles:
            return draft.profile_id
        for name in _PRECEDENCE:
            owner = self._profiles.owner(name, draft.identifiers.get(name, ""))
            if owner:
                return owner
        mine = {k: v for k, v in draft.identifiers.items() if k != "_kx"}
        return self._add(mine, {}).id if mine else None

    def _add(
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

    def _touch(self, event: RecordedEvent, draft: EventDraft) -> None:
        profile = self._profiles.note_event(event.profile_id, event.time)
        missing = {
            name: value
            for name, value in draft.identifiers.items()
            if name != "_kx"
            and getattr(profile, name) is None
            and self._profiles.owner(name, value) is None
        }
        changes = {**draft.attributes, **missing}
        if changes or draft.profile_properties:
            properties = PropertyEdit(set_to=draft.profile_properties)
            self.edit_profile(profile.id, changes, properties)
