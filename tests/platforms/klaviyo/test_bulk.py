"""Klaviyo's bulk jobs over HTTP: what is sent, and what is made of the answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from marketing_agent.core.errors import PlatformAnswerUnreadable, PlatformRefused
from marketing_agent.core.signals import ProfileId
from marketing_agent.platforms.klaviyo.bulk import (
    MOST_BYTES,
    EventRow,
    FailedRow,
    ImportJob,
    JobStatus,
    KlaviyoBulk,
    ProfileRow,
    event_json,
    profile_json,
    that_fit,
)
from tests.platforms.klaviyo.test_client import a_client, a_refusal
from tests.platforms.stand_ins import Wire, answer
from tests.sandbox.klaviyo.openapi import published

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

HANA: Final = ProfileId("01HANA")
ROW: Final = ProfileRow(
    profile=HANA, set_to={"LINE User ID": "U1"}, unset=("LINE Consent",)
)
EVENT: Final = EventRow(
    profile=HANA,
    metric="Linked LINE Identity",
    properties={"Method": "import"},
    unique_id="one",
    at=datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
)


def bulk(wire: Wire) -> KlaviyoBulk:
    """The bulk jobs behind this wire."""
    return KlaviyoBulk(a_client(wire).exchange)


def a_job(**attributes: Any) -> httpx.Response:
    """A job as Klaviyo shows it."""
    shown = {"type": "profile-bulk-import-job", "id": "J", "attributes": attributes}
    return answer(200, {"data": shown})


async def test_a_row_names_its_profile_by_id_and_touches_properties_only() -> None:
    """No identifier is sent, so that no profile is ever made or merged."""
    wire = Wire(a_job(status="queued"))
    assert await bulk(wire).import_profiles([ROW]) == "J"

    (row,) = json.loads(wire.asked[0].content)["data"]["attributes"]["profiles"]["data"]
    assert row == {
        "type": "profile",
        "id": HANA,
        "attributes": {"properties": {"LINE User ID": "U1"}},
        "meta": {"patch_properties": {"unset": ["LINE Consent"]}},
    }


async def test_an_event_has_its_unique_id_and_its_profiles_id() -> None:
    """As a single one has."""
    wire = Wire(httpx.Response(202))
    await bulk(wire).record_events([EVENT])

    body = json.loads(wire.asked[0].content)["data"]["attributes"]
    (entry,) = body["events-bulk-create"]["data"]
    (event,) = entry["attributes"]["events"]["data"]
    assert entry["attributes"]["profile"]["data"]["id"] == HANA
    assert event["attributes"]["unique_id"] == "one"
    assert event["attributes"]["time"].startswith("2026-05-04T09:30:00")


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ({"status": "processing", "failed_count": 0}, (JobStatus.PROCESSING, 0)),
        ({"status": "complete", "failed_count": 3}, (JobStatus.COMPLETE, 3)),
        ({"status": "cancelled"}, (JobStatus.CANCELLED, None)),
    ],
)
async def test_a_job_is_read_as_far_as_it_is(
    shown: dict[str, Any], read: tuple[JobStatus, int | None]
) -> None:
    """What Klaviyo does not say is not made up."""
    job = await bulk(Wire(a_job(**shown))).job("J")

    assert job == ImportJob(id="J", status=read[0], failed=read[1])


async def test_a_job_that_is_not_known_any_more_is_none() -> None:
    """Klaviyo keeps them for a while only."""
    assert await bulk(Wire(a_refusal(404, "not_found"))).job("J") is None


async def test_an_unknown_status_is_no_answer() -> None:
    """It is asked again, and nothing is taken for done."""
    with pytest.raises(PlatformAnswerUnreadable):
        await bulk(Wire(a_job(status="melting"))).job("J")


async def test_failed_rows_are_told_by_their_profiles() -> None:
    """Over all pages; one without its row is told without."""
    payloads = [{"id": HANA}, {"data": {"id": "01KENTA"}}, None]
    pages = [
        answer(
            200,
            {
                "data": [
                    {
                        "type": "import-error",
                        "id": "1",
                        "attributes": {"code": "bad", "original_payload": payload},
                    }
                ],
                "links": {"next": following},
            },
        )
        for payload, following in zip(
            payloads,
            ["https://klaviyo.test/a?page=2", "https://klaviyo.test/a?page=3", None],
            strict=True,
        )
    ]
    found = await bulk(Wire(*pages)).failures("J")

    assert [each.profile for each in found] == [HANA, "01KENTA", None]
    assert found[0] == FailedRow(profile=HANA, code="bad")


async def test_a_refused_job_is_raised() -> None:
    """A key without the scope, or a body that Klaviyo does not take."""
    with pytest.raises(PlatformRefused):
        await bulk(Wire(a_refusal(400, "invalid"))).import_profiles([ROW])


def test_as_many_rows_as_one_request_takes() -> None:
    """By number and by size; a row of any size is sent alone rather than never."""
    large = ProfileRow(profile=HANA, set_to={"a": "x" * (MOST_BYTES // 2)})

    assert that_fit([ROW] * 5, profile_json, 3) == 3
    assert that_fit([ROW] * 5, profile_json, 9) == 5
    assert that_fit([ROW, large, large, ROW], profile_json, 9) == 2
    huge = ProfileRow(profile=HANA, set_to={"a": "x" * MOST_BYTES})
    assert that_fit([huge, ROW], profile_json, 9) == 1
    assert that_fit([], event_json, 9) == 0


def test_what_is_written_stays_out_of_what_is_printed() -> None:
    """A name in a row is no log line."""
    row = ProfileRow(profile=HANA, set_to={"LINE Display Name": "Hana Sato"})

    assert "Sato" not in repr(row)


@pytest.mark.parametrize(
    ("path", "send"),
    [
        ("/api/profile-bulk-import-jobs", lambda to: to.import_profiles([ROW])),
        ("/api/event-bulk-create-jobs", lambda to: to.record_events([EVENT])),
    ],
)
async def test_bodies_are_the_published_ones(
    path: str, send: Callable[[KlaviyoBulk], Awaitable[object]]
) -> None:
    """Nothing required is missing and nothing undeclared is sent."""
    wire = Wire(a_job(status="queued"))
    await send(bulk(wire))

    document = published()
    sent = json.loads(wire.asked[0].content)
    schema = document.request_schema("POST", path)
    assert document.problems(schema, sent, closed=True) == []
