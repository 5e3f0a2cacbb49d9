"""Bulk jobs and deletion requests: taken with a 202, carried out later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import wire
from marketing_agent.sandbox.klaviyo.bodies import parsed
from marketing_agent.sandbox.klaviyo.bulk_bodies import (
    MAXIMUM_BULK_BYTES,
    BulkEventCreate,
    DeletionCreate,
    ProfileImportCreate,
)
from marketing_agent.sandbox.klaviyo.event_operations import refuse_nobody
from marketing_agent.sandbox.klaviyo.limits import Tier
from marketing_agent.sandbox.klaviyo.operations import Ask, Operation, Reply
from marketing_agent.sandbox.klaviyo.pages import Cut, Order, page_of
from marketing_agent.sandbox.klaviyo.query import Query

if TYPE_CHECKING:
    from datetime import datetime

    from marketing_agent.sandbox.klaviyo.profile_imports import ImportJob, RowError
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

JOB_FIELDS = (
    "completed_at",
    "completed_count",
    "created_at",
    "expires_at",
    "failed_count",
    "id",
    "started_at",
    "status",
    "total_count",
)
ERROR_FIELDS = (
    "code",
    "detail",
    "id",
    "original_payload",
    "source",
    "source.pointer",
    "title",
)
_JOB = "profile-bulk-import-job"
_IMPORTS = "/api/profile-bulk-import-jobs"


def bulk_import_profiles(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Take up to 10,000 profiles in 5 MB; the answer is queued, whatever comes of it.

    More or larger is a 400; a bad row is an import error of the job.
    """
    query = Query(ask.query, known=(f"fields[{_JOB}]",))
    fields = query.fields(_JOB, JOB_FIELDS)
    body = parsed(
        ProfileImportCreate, ask.body, ask.content_type, most=MAXIMUM_BULK_BYTES
    )
    rows = body.data.attributes.profiles.data
    job = world.import_profiles(rows, body.list_ids())
    resource = _job(job, job.created_at, ask, fields)
    return Reply(status=202, document=wire.single(resource))


def get_bulk_import_profiles_job(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer how far a job is."""
    known = (f"fields[{_JOB}]",)
    query = Query(ask.query, known=known, not_emulated=("include", "fields[list]"))
    fields = query.fields(_JOB, JOB_FIELDS)
    job = world.import_job(ask.path["job_id"])
    return Reply(document=wire.single(_job(job, world.now(), ask, fields)))


def get_errors_for_bulk_import_profiles_job(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of the rows that a job did not take."""
    known = ("fields[import-error]", "page[cursor]", "page[size]")
    query = Query(ask.query, known=known)
    fields = query.fields("import-error", ERROR_FIELDS)
    job = world.import_job(ask.path["id"])
    numbered = list(enumerate(job.errors))
    page = page_of(
        numbered,
        place=lambda each: (f"{each[0]:06d}", each[1].id),
        cut=Cut(
            order=Order(name="number"),
            size=query.page_size(20, 100),
            cursor=query.text("page[cursor]"),
        ),
    )
    found = [_error(error, fields) for _, error in page.items]
    links = query.links(f"{ask.base}{_IMPORTS}/{job.id}/import-errors", page)
    return Reply(document=wire.collection(found, links, []))


def bulk_create_events(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Take up to 1,000 events in 5 MB: 202 without a body.

    That one malformed event refuses all of them is inferred: there is nowhere to read
    errors of single events.
    """
    Query(ask.query, known=())
    body = parsed(BulkEventCreate, ask.body, ask.content_type, most=MAXIMUM_BULK_BYTES)
    drafts = body.drafts()
    for draft in drafts:
        refuse_nobody(draft)
    world.record_events(drafts)
    return Reply(status=202)


def request_profile_deletion(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Take a deletion: 202 without a body, whether there is such a profile or not."""
    Query(ask.query, known=())
    body = parsed(DeletionCreate, ask.body, ask.content_type)
    world.request_deletion(*body.identifier())
    return Reply(status=202)


def _job(job: ImportJob, now: datetime, ask: Ask, fields: wire.Narrowing) -> wire.Json:
    done = job.completed_at is not None
    begun = done or now > job.started_at
    attributes: wire.Json = {
        "status": job.status(now),
        "created_at": wire.instant(job.created_at),
        "total_count": job.total_count,
        "completed_count": job.completed_count if done else 0,
        "failed_count": len(job.errors) if done else 0,
        "started_at": wire.instant(job.started_at if begun else None),
        "completed_at": wire.instant(job.completed_at),
        "expires_at": wire.instant(job.expires_at),
    }
    link = f"{ask.base}{_IMPORTS}/{job.id}"
    written = wire.resource(_JOB, job.id, attributes, fields, link)
    lists = [{"type": "list", "id": list_id} for list_id in job.list_ids]
    written["relationships"] = {
        "lists": {"data": lists, **wire.related(link, "lists")},
        "profiles": wire.related(link, "profiles"),
        "import-errors": {"links": {"related": f"{link}/import-errors"}},
    }
    return written


def _error(error: RowError, fields: wire.Narrowing) -> wire.Json:
    reason = error.reason
    attributes: wire.Json = {
        "code": reason.code,
        "title": reason.title,
        "detail": reason.detail,
        "source": {"pointer": reason.source.get("pointer", "/data")},
        "original_payload": error.original_payload,
    }
    written = wire.resource("import-error", error.id, attributes, fields, "")
    del written["links"]
    return written


JOB_OPERATIONS = (
    Operation(
        method="POST",
        path=_IMPORTS,
        scopes=("lists:write", "profiles:write"),
        tier=Tier.M,
        carry_out=bulk_import_profiles,
    ),
    Operation(
        method="GET",
        path=f"{_IMPORTS}/{{job_id}}",
        scopes=("lists:read", "profiles:read"),
        tier=Tier.M,
        carry_out=get_bulk_import_profiles_job,
    ),
    Operation(
        method="GET",
        path=f"{_IMPORTS}/{{id}}/import-errors",
        scopes=("profiles:read",),
        tier=Tier.M,
        carry_out=get_errors_for_bulk_import_profiles_job,
    ),
    Operation(
        method="POST",
        path="/api/event-bulk-create-jobs",
        scopes=("events:write",),
        tier=Tier.M,
        carry_out=bulk_create_events,
    ),
    Operation(
        method="POST",
        path="/api/data-privacy-deletion-jobs",
        scopes=("data-privacy:write",),
        tier=Tier.S,
        carry_out=request_profile_deletion,
    ),
)
