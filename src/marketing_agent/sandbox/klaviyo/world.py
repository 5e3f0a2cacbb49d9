"""One Klaviyo account, whole: its state, and the switches that make it misbehave.

Tests and the demo seed and inspect it in Python; the same state is served over HTTP by
`klaviyo_app`. Every method may be called from any thread.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import profile_imports, submissions
from marketing_agent.sandbox.klaviyo.account import Account
from marketing_agent.sandbox.klaviyo.account_profiles import AccountProfiles
from marketing_agent.sandbox.klaviyo.calls import CallLog
from marketing_agent.sandbox.klaviyo.events import (
    EventDraft,
    EventStore,
    Metric,
    RecordedEvent,
)
from marketing_agent.sandbox.klaviyo.faults import Faults
from marketing_agent.sandbox.klaviyo.flows import Flows
from marketing_agent.sandbox.klaviyo.forms import Forms
from marketing_agent.sandbox.klaviyo.jobs import Jobs
from marketing_agent.sandbox.klaviyo.limits import Limits
from marketing_agent.sandbox.klaviyo.lists import Lists
from marketing_agent.sandbox.klaviyo.profile_imports import ImportJob
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.sandbox.klaviyo.refusals import NotFound
from marketing_agent.sandbox.klaviyo.segments import Segments
from marketing_agent.sandbox.klaviyo.webhook_calls import WebhookCalls

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import httpx
    from pydantic import JsonValue


class KlaviyoWorld(AccountProfiles):
    """The account's profiles, metrics and events.

    Attributes:
        private_key: the one key that is accepted; assign to rotate it.
        scopes: what that key may do; none means everything.
        indexing_delay: how long a new or edited email, phone or external id stays
            unknown to filters. By id a profile is found at once.
        event_delay: how long `GET /api/events` does not show a new event.
        jobs_delay: how long a bulk job or a deletion request takes; at 0 it is done at
            the next look.
        segments: who is in which segment.
        lists, forms: the account's lists and sign-up forms.
        flows: flows that call webhooks, and the calls they made.
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
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.account = account or Account()
        super().__init__(self.account.public_id, clock)
        self.private_key = private_key
        self.scopes: frozenset[str] | None = None
        self.event_delay = timedelta(0)
        self.jobs_delay = timedelta(0)
        self.limits = Limits(clock)
        self.faults = Faults()
        self.calls = CallLog()
        self.segments = Segments(self.mint, clock, self.lock, self._profiles)
        self._events = EventStore(self.mint, clock())
        self._jobs = Jobs()
        self._imports: dict[str, ImportJob] = {}
        self.lists = Lists(self.mint, clock, self.lock)
        self.forms = Forms(self.mint, clock, self.lock)
        self.flows = Flows(
            self.account,
            self.mint,
            clock,
            self.lock,
            metric_id=lambda name: self._events.metric_named(name, clock()).id,
            webhooks=WebhookCalls(clock, transport),
        )

    def merge(self, source: str, destination: str) -> None:
        """Merge two profiles: the source and its id are gone, its events move.

        Raises:
            NotFound: one of them does not exist.
            Invalid: they are the same.

        """
        with self.lock:
            self._profiles.merge(source, destination, self.now(), self.indexing_delay)
            self._events.move(source, destination)
            self.segments.forget(source, destination)
            self.lists.forget(source, destination)

    def delete(self, profile_id: str) -> None:
        """Delete a profile and its events.

        Raises:
            NotFound: there is no such profile.

        """
        with self.lock:
            self._profiles.remove(profile_id)
            self._events.drop(profile_id)
            self.segments.forget(profile_id)
            self.lists.forget(profile_id)

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
                self.flows.notice_event(event, self.profile(event.profile_id))
            return event

    def events(self, profile_id: str | None = None) -> tuple[RecordedEvent, ...]:
        """List every event taken, in order, visible yet or not; or one profile's."""
        with self.lock:
            self.catch_up()
            return tuple(
                event
                for event in self._events
                if profile_id is None or event.profile_id == profile_id
            )

    def metrics(self) -> tuple[Metric, ...]:
        """List every metric, oldest first."""
        with self.lock:
            return self._events.metrics()

    # -- what is taken now and done later

    def import_profiles(
        self, rows: list[JsonValue], list_ids: tuple[str, ...] = ()
    ) -> ImportJob:
        """Take a bulk profile import; see `profile_imports`.

        Raises:
            NotFound: there is no such list.

        """
        with self.lock:
            now = self.now()
            job = ImportJob(
                id=self.mint.profile_id(now),
                rows=list(rows),
                list_ids=tuple(self.lists.get(list_id).id for list_id in list_ids),
                created_at=now,
                started_at=now + self.jobs_delay / 2,
                due=now + self.jobs_delay,
                total_count=len(rows),
            )
            self._imports[job.id] = job
            self._jobs.take(job.due, lambda: profile_imports.carry_out(self, job))
            return job

    def import_job(self, job_id: str) -> ImportJob:
        """Give a bulk profile import as it is now.

        Raises:
            NotFound: there is no such job.

        """
        with self.lock:
            self.catch_up()
            job = self._imports.get(job_id)
            if job is None:
                raise NotFound(f"A job with id {job_id} does not exist.")
            return job

    def record_events(self, drafts: Sequence[EventDraft]) -> None:
        """Take a bulk of events."""
        with self.lock:
            due = self.now() + self.jobs_delay
            self._jobs.take(due, lambda: self._record_all(drafts))

    def request_deletion(self, name: str, value: str) -> None:
        """Take a privacy deletion by `id`, `email` or `phone_number`."""
        with self.lock:
            due = self.now() + self.jobs_delay
            self._jobs.take(due, lambda: self._delete_holder(name, value))

    def catch_up(self) -> None:
        """Do what was taken and is due; every look at the account does this first."""
        with self.lock:
            self._jobs.catch_up(self.now())

    # -- what visitors do

    def submit_form(
        self, form_id: str, values: Mapping[str, str], *, step: str | None = None
    ) -> str:
        """Submit a form, or one step by its name, and return whose profile it is.

        `values` has `email` and `phone` (E.164), with or without a `$`, first and last
        name, and custom properties. The profile is found by the strongest identifier
        or made; an identifier that another profile holds stays there. The submission
        is an event, sets live flows off, and the last step signs up to the lists that
        the form names.

        Raises:
            NotFound: there is no such form.
            Invalid: it is not live, an address is none, or there is no identifier.

        """
        with self.lock:
            return submissions.submit_form(self, form_id, values, step)

    def subscribe(self, profile_id: str, list_id: str) -> None:
        """Sign up to a list: at once, or after `confirm_subscription` if it asks so.

        Raises:
            NotFound: there is no such profile or list.

        """
        with self.lock:
            submissions.subscribe(self, profile_id, list_id)

    def confirm_subscription(self, profile_id: str, list_id: str) -> None:
        """Follow the link of the double opt-in email; without one nothing happens."""
        with self.lock:
            submissions.confirm(self, profile_id, list_id)

    async def flows_settled(self) -> None:
        """Wait until every call that a flow made has been answered or given up."""
        await self.flows.webhooks.settled()

    async def aclose(self) -> None:
        """Drop the calls that are on their way."""
        await self.flows.webhooks.aclose()

    def _whose(self, draft: EventDraft) -> str | None:
        holder = self.holder({"id": draft.profile_id or "", **draft.identifiers})
        if holder:
            return holder
        mine = {k: v for k, v in draft.identifiers.items() if k != "_kx"}
        return self._add_profile(mine, {}).id if mine else None

    def _record_all(self, drafts: Sequence[EventDraft]) -> None:
        for draft in drafts:
            self.record_event(draft)

    def _delete_holder(self, name: str, value: str) -> None:
        holder = self.holder({name: value})
        if holder:
            self.delete(holder)

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
