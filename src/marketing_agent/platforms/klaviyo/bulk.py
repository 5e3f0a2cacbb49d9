"""Klaviyo's bulk jobs: up to 10,000 profiles or 1,000 events in one request.

A profile job is accepted first and done later; one bad row fails alone. A job of events
is only ever accepted: Klaviyo tells nothing more of it. Shapes and limits: OpenAPI,
revision 2026-07-15. Errors as in `client`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

from marketing_agent.core.signals import ProfileId
from marketing_agent.platforms.json_values import (
    JsonObject,
    JsonValue,
    as_object,
    as_text,
    as_whole_number,
)
from marketing_agent.platforms.klaviyo import tiers, wire
from marketing_agent.platforms.klaviyo.exchange import (
    KlaviyoExchange,
    accepted,
    says_not_found,
    unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

MOST_PROFILES: Final = 10_000
MOST_EVENTS: Final = 1_000
MOST_BYTES: Final = 4_500_000
"""Of one request: Klaviyo takes 5 MB, and the frame around the rows needs some."""

_JOBS: Final = "/api/profile-bulk-import-jobs"
_EVENT_JOBS: Final = "/api/event-bulk-create-jobs"
_JOB: Final = "profile-bulk-import-job"

RowT = TypeVar("RowT")


class JobStatus(StrEnum):
    """How far Klaviyo is with a job."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """Custom properties of one profile; nothing else of it is touched."""

    profile: ProfileId
    set_to: Mapping[str, JsonValue] = field(default_factory=dict, repr=False)
    unset: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event; a repeat of its `unique_id` adds none. `at` is aware."""

    profile: ProfileId
    metric: str
    properties: Mapping[str, JsonValue] = field(repr=False)
    unique_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """A profile job as Klaviyo shows it now."""

    id: str
    status: JobStatus
    failed: int | None
    """Rows that failed so far; None where Klaviyo does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRow:
    """Why a row failed; of whom, where Klaviyo gives the row back."""

    profile: ProfileId | None
    code: str


class KlaviyoBulk:
    """The bulk jobs of one account."""

    def __init__(self, klaviyo: KlaviyoExchange) -> None:
        self._klaviyo = klaviyo

    async def import_profiles(self, rows: Sequence[ProfileRow]) -> str:
        """Hand rows over and give the job's id (Bulk Import Profiles).

        The caller keeps to `MOST_PROFILES` and `MOST_BYTES`: see `that_fit`.
        """
        profiles: JsonObject = {"data": [profile_json(row) for row in rows]}
        body: JsonObject = {
            "data": {"type": _JOB, "attributes": {"profiles": profiles}}
        }
        call = self._klaviyo.call(
            "bulk_import_profiles", "POST", _JOBS, tiers.BULK, json=body
        )
        job_id = as_text(
            as_object((await self._klaviyo.object(call)).get("data")).get("id")
        )
        if job_id is None:
            raise unreadable(call, "no job in it")
        return job_id

    async def job(self, job_id: str) -> ImportJob | None:
        """Give the job; None for one that Klaviyo does not know or has forgotten."""
        path = f"{_JOBS}/{job_id}"
        call = self._klaviyo.call(
            "get_bulk_import_profiles_job", "GET", path, tiers.BULK
        )
        answer = await self._klaviyo.sender.send(call)
        if says_not_found(answer):
            return None
        found = _read_job(as_object(accepted(call, answer).get("data")))
        if found is None:
            raise unreadable(call, "no job in it")
        return found

    async def failures(self, job_id: str) -> list[FailedRow]:
        """Give the rows of a complete job that failed, 100 in a call."""
        call = self._klaviyo.call(
            "get_errors_for_bulk_import_profiles_job",
            "GET",
            f"{_JOBS}/{job_id}/import-errors",
            tiers.BULK,
            query={"page[size]": "100"},
        )
        return await self._klaviyo.pages(call, _read_failure)

    async def record_events(self, rows: Sequence[EventRow]) -> None:
        """Hand events over (Bulk Create Events); they are visible within minutes.

        The caller keeps to `MOST_EVENTS` and `MOST_BYTES`, and repeats a request whole
        or not at all: Klaviyo may refuse all of one with a known `unique_id`.
        """
        attributes: JsonObject = {
            "events-bulk-create": {"data": [event_json(row) for row in rows]}
        }
        body: JsonObject = {
            "data": {"type": "event-bulk-create-job", "attributes": attributes}
        }
        call = self._klaviyo.call(
            "bulk_create_events", "POST", _EVENT_JOBS, tiers.BULK, json=body
        )
        await self._klaviyo.done(call)


def that_fit(
    rows: Sequence[RowT], as_json: Callable[[RowT], JsonObject], most: int
) -> int:
    """How many of the first rows one request takes; never none of some."""
    size = 0
    for place, row in enumerate(rows[:most]):
        size += len(json.dumps(as_json(row)).encode()) + 1
        if size > MOST_BYTES and place:
            return place
    return min(len(rows), most)


def profile_json(row: ProfileRow) -> JsonObject:
    """One row of a profile job, as Update Profile would have it."""
    return as_object(wire.properties_patch(row.profile, row.set_to, row.unset)["data"])


def event_json(row: EventRow) -> JsonObject:
    """One row of a job of events, which names its profile by id: none is created."""
    body = wire.event_body(
        row.profile, row.metric, row.properties, row.unique_id, row.at
    )
    attributes = dict(as_object(as_object(body["data"])["attributes"]))
    profile = attributes.pop("profile")
    event: JsonObject = {"type": "event", "attributes": attributes}
    return {
        "type": "event-bulk-create",
        "attributes": {"profile": profile, "events": {"data": [event]}},
    }


def _read_job(row: JsonObject) -> ImportJob | None:
    job_id, attributes = as_text(row.get("id")), as_object(row.get("attributes"))
    status = as_text(attributes.get("status"))
    if job_id is None or status not in set(JobStatus):
        return None
    failed = as_whole_number(attributes.get("failed_count"))
    return ImportJob(id=job_id, status=JobStatus(status), failed=failed)


def _read_failure(row: JsonObject) -> FailedRow:
    """The row comes back as it was sent; its id alone is read."""
    attributes = as_object(row.get("attributes"))
    sent = as_object(attributes.get("original_payload"))
    profile = as_text(sent.get("id")) or as_text(as_object(sent.get("data")).get("id"))
    return FailedRow(
        profile=None if profile is None else ProfileId(profile),
        code=as_text(attributes.get("code")) or "unknown",
    )
