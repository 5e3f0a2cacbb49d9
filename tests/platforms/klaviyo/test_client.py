from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

import httpx
import pytest

from marketing_agent.core.errors import (
    CredentialsRefused,
    DuplicateProfile,
    PlatformAnswerUnreadable,
    PlatformNotFound,
    PlatformRefused,
)
from marketing_agent.core.signals import EmailAddress, PhoneNumber, ProfileId
from marketing_agent.platforms.klaviyo.client import KlaviyoClient
from marketing_agent.platforms.klaviyo.types import KlaviyoCredentials
from tests.platforms.stand_ins import Wire, answer

HANA = ProfileId("01HANA")
KEY = "pk_made_up_for_tests"


def a_client(wire: Wire, base_url: str = "https://klaviyo.test") -> KlaviyoClient:
    """Make a client that speaks to `wire`."""
    credentials = KlaviyoCredentials(private_key=KEY)
    return KlaviyoClient(base_url, credentials, wire.sender(), account_key="acme")


def a_page(*ids: str, following: str | None = None) -> httpx.Response:
    """Make a page of profiles."""
    rows = [{"type": "profile", "id": row, "attributes": {}} for row in ids]
    return answer(200, {"data": rows, "links": {"self": "?", "next": following}})


def a_refusal(status: int, code: str, detail: str = "No.") -> httpx.Response:
    """Make an error as Klaviyo writes it."""
    error = {"id": "1", "code": code, "title": "Refused.", "detail": detail}
    return answer(status, {"errors": [error]})


def filter_of(request: httpx.Request) -> str:
    """Give the filter of a request, decoded."""
    return request.url.params["filter"]


async def test_every_call_says_who_asks_and_in_which_revision() -> None:
    """The key, the pinned revision and JSON:API both ways are on each request."""
    wire = Wire(answer(200, {"data": {}}))

    await a_client(wire).set_properties(HANA, {"a": 1})

    headers = wire.asked[0].headers
    assert headers["authorization"] == f"Klaviyo-API-Key {KEY}"
    assert headers["revision"] == "2026-07-15"
    assert headers["accept"] == "application/vnd.api+json"
    assert headers["content-type"] == "application/vnd.api+json"


async def test_only_what_linking_needs_is_asked_for() -> None:
    """Names and addresses stay at Klaviyo, and nothing costly is included."""
    wire = Wire(answer(200, {"data": {"id": "01HANA"}}))

    assert await a_client(wire).profile(HANA) is not None

    assert dict(wire.asked[0].url.params) == {
        "additional-fields[profile]": "subscriptions",
        "fields[profile]": (
            "email,phone_number,properties,updated,"
            "subscriptions.email.marketing.can_receive_email_marketing"
        ),
    }


async def test_a_profile_that_klaviyo_does_not_know_is_none() -> None:
    """Deleted or merged away: Klaviyo tells of neither but with this 404."""
    wire = Wire(a_refusal(404, "not_found"))

    assert await a_client(wire).profile(HANA) is None


async def test_a_404_of_something_in_between_proves_nothing() -> None:
    """A proxy's page must not make us believe that a linked profile is gone."""
    wire = Wire(httpx.Response(404, html="<h1>Not Found</h1>"))

    with pytest.raises(PlatformAnswerUnreadable):
        await a_client(wire).profile(HANA)


@pytest.mark.parametrize("odd", ["", ".", "..", "a/b", "a?b", "{{ person.KlaviyoID }}"])
async def test_an_id_that_can_be_none_asks_nothing(odd: str) -> None:
    """An id that arrived from outside cannot choose another path of the API."""
    wire = Wire()

    assert await a_client(wire).profile(ProfileId(odd)) is None
    with pytest.raises(PlatformNotFound):
        await a_client(wire).set_properties(ProfileId(odd), {"a": 1})
    assert wire.asked == []


async def test_lookups_go_in_batches_of_a_hundred() -> None:
    """Each address is asked for once, and profiles found twice are given once."""
    wire = Wire(a_page("1", "2"), a_page("2", "3"))
    emails = [EmailAddress(f"person{n}@mail.test") for n in range(150)]

    found = await a_client(wire).profiles_by_email([*emails, *emails])

    assert [profile.id for profile in found] == ["1", "2", "3"]
    sizes = [filter_of(request).count("@mail.test") for request in wire.asked]
    assert sizes == [100, 50]
    assert wire.asked[0].url.params["page[size]"] == "100"


async def test_no_values_ask_nothing() -> None:
    """An empty lookup costs no call of the merchant's quota."""
    wire = Wire()

    assert await a_client(wire).profiles_by_phone([]) == []


async def test_a_value_arrives_as_it_was_meant() -> None:
    """Quotes, backslashes, plus signs and other scripts survive filter and URL."""
    wire = Wire(a_page())
    odd = EmailAddress('ha"n\\a+花@mail.test')

    await a_client(wire).profiles_by_email([odd])

    assert filter_of(wire.asked[0]) == 'any(email,["ha\\"n\\\\a+花@mail.test"])'
    assert b"+" not in wire.asked[0].url.query


async def test_phones_are_compared_in_their_own_field() -> None:
    """The plus of E.164 is percent-encoded; bare, it would arrive as a space."""
    wire = Wire(a_page("1"))

    await a_client(wire).profiles_by_phone([PhoneNumber("+819000001234")])

    assert filter_of(wire.asked[0]) == 'any(phone_number,["+819000001234"])'
    assert b"%2B81" in wire.asked[0].url.query


async def test_pages_are_followed_as_given_on_our_own_host() -> None:
    """The cursor is the platform's; the key goes to no host that an answer names."""
    following = "https://elsewhere.test/api/profiles?page%5Bcursor%5D=bmV4dA%3D%3D"
    wire = Wire(a_page("1", following=following), a_page("2"))

    found = await a_client(wire).profiles_by_email([EmailAddress("a@mail.test")])

    assert [profile.id for profile in found] == ["1", "2"]
    assert str(wire.asked[1].url) == (
        "https://klaviyo.test/api/profiles?page%5Bcursor%5D=bmV4dA%3D%3D"
    )


async def test_pages_that_go_in_a_circle_end() -> None:
    """A platform that repeats a cursor does not keep a worker for ever."""
    following = "https://klaviyo.test/api/profiles?page%5Bcursor%5D=a"
    wire = Wire(a_page("1", following=following), a_page("2", following=following))

    found = await a_client(wire).profiles_by_email([EmailAddress("a@mail.test")])

    assert [profile.id for profile in found] == ["1", "2"]


async def test_a_refused_value_stops_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One address that Klaviyo will not compare finds nobody; the rest are found."""
    caplog.set_level(logging.WARNING)
    asked: list[str] = []

    def klaviyo(request: httpx.Request) -> httpx.Response:
        asked.append(filter_of(request))
        if "bad@" in asked[-1]:
            return a_refusal(400, "invalid", "Invalid email bad@mail.test")
        return a_page(*re.findall(r'"(\w+)@', asked[-1]))

    wire = Wire(*([klaviyo] * 20))
    emails = [EmailAddress(f"{n}@mail.test") for n in ("a", "b", "bad", "c", "d")]

    found = await a_client(wire).profiles_by_email(emails)

    assert [profile.id for profile in found] == ["a", "b", "c", "d"]
    assert "email" in caplog.text
    assert "bad@" not in caplog.text


async def test_a_mistake_in_our_request_is_not_taken_for_a_bad_value() -> None:
    """Where Klaviyo refuses another parameter, looking on would find nobody at all."""
    error = {"code": "invalid", "source": {"parameter": "fields[profile]"}}
    wire = Wire(answer(400, {"errors": [error]}), answer(400, {"errors": [error]}))
    client = a_client(wire)

    with pytest.raises(PlatformRefused):
        await client.profiles_by_email([EmailAddress("a@mail.test")])
    with pytest.raises(PlatformRefused):
        await client.profile_by_exchange_id("abc==.SiTe12")


async def test_an_exchange_id_names_one_profile_or_none() -> None:
    """Anyone can type a `_kx`, so an unknown or unreadable one is simply nobody."""
    wire = Wire(a_page("1"), a_page(), a_refusal(400, "invalid"))
    client = a_client(wire)

    found = [await client.profile_by_exchange_id("abc==.SiTe12") for _ in range(3)]

    assert [profile and profile.id for profile in found] == ["1", None, None]
    assert filter_of(wire.asked[0]) == 'equals(_kx,"abc==.SiTe12")'


@pytest.mark.parametrize("kx", ["", "a" * 513])
async def test_an_exchange_id_that_can_be_none_asks_nothing(kx: str) -> None:
    """A page of text in a link's query does not become a request of ours."""
    wire = Wire()

    assert await a_client(wire).profile_by_exchange_id(kx) is None
    assert wire.asked == []


async def test_properties_are_written_by_id() -> None:
    """Update Profile never creates one, unlike profile-import."""
    wire = Wire(answer(200, {"data": {}}))

    await a_client(wire).set_properties(HANA, {"LINE User ID": "Uabc"}, ["Old"])

    assert wire.paths == ["PATCH /api/profiles/01HANA"]
    data = json.loads(wire.asked[0].content)["data"]
    assert data["attributes"] == {"properties": {"LINE User ID": "Uabc"}}
    assert data["meta"] == {"patch_properties": {"unset": ["Old"]}}


async def test_an_event_is_accepted_without_a_body() -> None:
    """Klaviyo answers 202 and nothing else; that is success."""
    wire = Wire(httpx.Response(202))

    await a_client(wire).record_event(
        HANA, "Linked", {}, unique_id="link-1", at=datetime(2026, 11, 23, tzinfo=UTC)
    )

    assert wire.paths == ["POST /api/events"]


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "not_authenticated", CredentialsRefused),
        (403, "permission_denied", CredentialsRefused),
        (404, "not_found", PlatformNotFound),
        (409, "duplicate_profile", DuplicateProfile),
        (400, "invalid", PlatformRefused),
    ],
)
async def test_refusals_become_our_errors(
    status: int, code: str, error: type[PlatformRefused]
) -> None:
    """Each has a class to act on, its code, and no personal data in its message."""
    wire = Wire(a_refusal(status, code, "Bad value hana.sato@mail.test here"))

    with pytest.raises(PlatformRefused) as refused:
        await a_client(wire).set_properties(HANA, {"a": 1})

    assert type(refused.value) is error
    assert refused.value.status == status
    assert refused.value.facts["code"] == code
    for said in (str(refused.value), repr(refused.value), str(refused.value.facts)):
        assert "hana.sato" not in said
        assert KEY not in said


async def test_a_duplicate_names_the_other_profile() -> None:
    """The id in Klaviyo's 409 is there for the caller; nothing is merged by itself."""
    error = {"code": "duplicate_profile", "meta": {"duplicate_profile_id": "01OTHER"}}
    wire = Wire(answer(409, {"errors": [error]}))

    with pytest.raises(DuplicateProfile) as refused:
        await a_client(wire).set_properties(HANA, {"a": 1})

    assert refused.value.duplicate_profile_id == "01OTHER"


@pytest.mark.parametrize(
    "odd", [httpx.Response(200, html="<p>Sign in</p>"), answer(200, {"data": []})]
)
async def test_an_answer_in_no_known_shape_is_said_to_be_so(
    odd: httpx.Response,
) -> None:
    """A login page of a proxy with status 200 is not taken for an account."""
    with pytest.raises(PlatformAnswerUnreadable, match="get_accounts"):
        await a_client(Wire(odd)).account()


async def test_the_base_url_may_have_a_path() -> None:
    """A gateway in front of Klaviyo, or the sandbox, may live below a path."""
    wire = Wire(answer(200, {"data": {"id": "01HANA"}}))

    await a_client(wire, "https://gateway.test/klaviyo/").profile(HANA)

    assert wire.paths == ["GET /klaviyo/api/profiles/01HANA"]


def test_the_key_is_not_in_a_repr() -> None:
    """Credentials that end up in a log line do not show themselves."""
    assert KEY not in repr(KlaviyoCredentials(private_key=KEY))
