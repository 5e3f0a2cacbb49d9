"""Bulk profile import jobs: what became of each row.

Inferred, because it is not documented: a row is matched by id, else by its strongest
known identifier (`_kx`, external id, email, phone); it updates what it matches as PATCH
does (custom properties merge key by key, null clears, absence leaves alone), and makes
a profile if nothing matches. A row whose only identifier is an unknown id makes none
and is an import error, as is one whose identifiers belong to two profiles. A row of
more than 100 KB is an import error too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import JsonValue, ValidationError

from marketing_agent.sandbox.klaviyo.bodies import MAXIMUM_BYTES, refusal
from marketing_agent.sandbox.klaviyo.bulk_bodies import ProfileRow
from marketing_agent.sandbox.klaviyo.profiles import IDENTIFIERS
from marketing_agent.sandbox.klaviyo.refusals import (
    Invalid,
    KlaviyoError,
    NotFound,
)

if TYPE_CHECKING:
    from datetime import datetime

    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

JobStatus: TypeAlias = Literal["queued", "processing", "complete"]
_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """Why a row was not taken, and the row as it was sent."""

    id: str
    reason: KlaviyoError
    original_payload: JsonValue


@dataclass(slots=True, kw_only=True)
class ImportJob:
    """One job, and how far it is."""

    id: str
    rows: list[JsonValue]
    list_ids: tuple[str, ...]
    created_at: datetime
    started_at: datetime
    """When it begins, half of the way to `due`."""
    due: datetime
    completed_at: datetime | None = None
    completed_count: int = 0
    total_count: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def expires_at(self) -> datetime:
        """Until when the job can be asked for."""
        return self.created_at + _KEPT

    def status(self, now: datetime) -> JobStatus:
        """Tell how far the job is."""
        if self.completed_at:
            return "complete"
        return "queued" if now <= self.started_at else "processing"


def carry_out(world: KlaviyoWorld, job: ImportJob) -> None:
    """Import the rows, each on its own."""
    for row in job.rows:
        try:
            profile_id = _import(world, row)
        except KlaviyoError as reason:
            error = RowError(id=world.mint.uuid(), reason=reason, original_payload=row)
            job.errors.append(error)
        else:
            job.completed_count += 1
            for list_id in job.list_ids:
                world.lists.put(list_id, profile_id)
    job.rows.clear()
    job.completed_at = job.due


def _import(world: KlaviyoWorld, sent: JsonValue) -> str:
    row = _parsed(sent)
    edit = row.property_edit()
    changes = row.attributes.changes()
    identifiers = row.attributes.identifiers()
    profile_id = world.holder({"id": row.id or "", **identifiers})
    if profile_id:
        return world.edit_profile(profile_id, changes, edit).id
    if any(name in IDENTIFIERS for name in identifiers):
        return world.add_profile(**changes, properties=edit.applied_to({}))
    if row.id or identifiers:
        raise NotFound("There is no such profile.", pointer="/data/id")
    raise Invalid("A profile needs an identifier.", pointer="/data/attributes")


def _parsed(sent: Any) -> ProfileRow:
    if len(json.dumps(sent, ensure_ascii=False).encode()) > MAXIMUM_BYTES:
        raise Invalid(f"The profile is larger than {MAXIMUM_BYTES} bytes.")
    try:
        return ProfileRow.model_validate(sent)
    except ValidationError as error:
        raise refusal(error) from None
