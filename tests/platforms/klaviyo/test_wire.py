from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.signals import ProfileId
from marketing_agent.platforms.klaviyo.types import KlaviyoEvent, KlaviyoProfile
from marketing_agent.platforms.klaviyo.wire import (
    event_body,
    next_page,
    properties_patch,
    read_account,
    read_events,
    read_metric,
    read_profile,
    read_refusal,
    read_rows,
)

if TYPE_CHECKING:
    from marketing_agent.platforms.json_values import JsonObject

HANA = ProfileId("01HANA")


def test_a_profile_is_read_raw() -> None:
    """Email and phone come as Klaviyo has them; properties keep their shapes."""
    profile = read_profile(
        {
            "type": "profile",
            "id": "01HANA",
            "attributes": {
                "email": "Hana.Sato@mail.test",
                "phone_number": "(090) 0000-1234",
                "first_name": "Hana",
                "properties": {"Rank": 3, "LINE User ID": "Uabc", "Tags": ["a"]},
                "updated": "2026-11-23T12:00:00+09:00",
                "subscriptions": {
                    "email": {"marketing": {"can_receive_email_marketing": False}}
                },
            },
            "relationships": {"lists": {}},
        }
    )

    assert profile == KlaviyoProfile(
        id=HANA,
        email="Hana.Sato@mail.test",
        phone_number="(090) 0000-1234",
        properties={"Rank": 3, "LINE User ID": "Uabc", "Tags": ["a"]},
        updated=datetime(2026, 11, 23, 3, tzinfo=UTC),
        suppressed=True,
    )


@pytest.mark.parametrize(
    "attributes",
    [
        None,
        {},
        [],
        {"email": None, "phone_number": 81, "properties": None, "updated": "?"},
        {"email": "", "properties": [], "subscriptions": {"email": None}},
    ],
)
def test_a_profile_needs_nothing_but_its_id(attributes: object) -> None:
    """Missing, null or misshapen attributes are absent, not errors."""
    assert read_profile({"id": "01HANA", "attributes": attributes}) == KlaviyoProfile(  # type: ignore[dict-item]  # any JSON may come
        id=HANA
    )


def test_one_bad_row_does_not_fail_the_page(caplog: pytest.LogCaptureFixture) -> None:
    """The readable rows stay, and the log says how many were left out."""
    caplog.set_level(logging.WARNING)
    body: JsonObject = {"data": [{"id": "1"}, {"id": None}, "row", None, {"id": "2"}]}

    assert [row.id for row in read_rows(body, read_profile)] == ["1", "2"]
    assert "3 rows" in caplog.text


def test_personal_fields_are_not_in_a_repr() -> None:
    """A profile that ends up in a log line shows its id and nothing of the person."""
    hana = KlaviyoProfile(
        id=HANA,
        email="hana.sato@mail.test",
        phone_number="+819000001234",
        properties={"LINE User ID": "Uabc"},
    )

    assert "hana" not in repr(hana)
    assert "8190" not in repr(hana)
    assert "Uabc" not in repr(hana)


def test_only_properties_are_patched() -> None:
    """Neither email nor phone is ever sent back: Klaviyo may answer that with 409."""
    assert properties_patch(HANA, {"LINE User ID": "Uabc"}, []) == {
        "data": {
            "type": "profile",
            "id": "01HANA",
            "attributes": {"properties": {"LINE User ID": "Uabc"}},
        }
    }
    assert properties_patch(HANA, {}, ["LINE User ID"]) == {
        "data": {
            "type": "profile",
            "id": "01HANA",
            "attributes": {},
            "meta": {"patch_properties": {"unset": ["LINE User ID"]}},
        }
    }


def test_an_event_names_its_profile_by_id_only() -> None:
    """With an address in it, Klaviyo would create a profile where none matches."""
    tokyo = timezone(timedelta(hours=9))
    at = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=tokyo)

    body = event_body(HANA, "Linked LINE Identity", {"method": "qr"}, "link-1", at)

    assert body == {
        "data": {
            "type": "event",
            "attributes": {
                "properties": {"method": "qr"},
                "time": "2026-11-23T03:00:00.250+00:00",
                "unique_id": "link-1",
                "metric": {
                    "data": {
                        "type": "metric",
                        "attributes": {"name": "Linked LINE Identity"},
                    }
                },
                "profile": {
                    "data": {"type": "profile", "id": "01HANA", "attributes": {}}
                },
            },
        }
    }


def test_events_get_their_metric_s_name() -> None:
    """The names come beside the events and are put together here."""
    event: JsonObject = {
        "id": "e1",
        "attributes": {
            "datetime": "2026-11-23T03:00:00Z",
            "event_properties": {"a": 1},
        },
        "relationships": {"metric": {"data": {"type": "metric", "id": "m1"}}},
    }
    metric: JsonObject = {
        "type": "metric",
        "id": "m1",
        "attributes": {"name": "Opened Email"},
    }

    assert read_events({"data": [event], "included": [metric, "?"]}) == [
        KlaviyoEvent(
            id="e1",
            metric="Opened Email",
            at=datetime(2026, 11, 23, 3, tzinfo=UTC),
            properties={"a": 1},
        )
    ]
    assert read_events({"data": [event]})[0].metric is None


def test_an_account_needs_both_of_its_ids() -> None:
    """Without the site id no exchange id could be told from a foreign one."""
    row: JsonObject = {"id": "A1", "attributes": {"public_api_key": "SiTe12"}}

    account = read_account(row)

    assert account is not None
    assert (account.id, account.public_id, account.timezone) == ("A1", "SiTe12", None)
    assert read_account({"id": "A1", "attributes": {}}) is None
    assert read_metric({"id": "m1", "attributes": {"name": None}}) is None


@pytest.mark.parametrize(
    ("body", "code", "other"),
    [
        ({"errors": [{"code": "throttled", "detail": "Wait"}]}, "throttled", None),
        (
            {
                "errors": [
                    {
                        "code": "duplicate_profile",
                        "title": "Conflict.",
                        "meta": {"duplicate_profile_id": "01OTHER"},
                    }
                ]
            },
            "duplicate_profile",
            "01OTHER",
        ),
        ({"errors": [None]}, "unknown", None),
    ],
)
def test_refusals_are_read(body: JsonObject, code: str, other: str | None) -> None:
    """The first error's code, words and the other profile's id are found if there."""
    said = read_refusal(body)

    assert said is not None
    assert (said.code, said.duplicate_profile_id) == (code, other)


@pytest.mark.parametrize("body", [{}, {"errors": []}, {"errors": "no"}])
def test_what_is_no_error_of_klaviyo_s_is_none(body: JsonObject) -> None:
    """A proxy's JSON is not taken for Klaviyo's word."""
    assert read_refusal(body) is None


@pytest.mark.parametrize("body", [{}, {"links": None}, {"links": {"next": None}}])
def test_the_last_page_has_no_next(body: JsonObject) -> None:
    """However the end is written, there is no further page."""
    assert next_page(body) is None
