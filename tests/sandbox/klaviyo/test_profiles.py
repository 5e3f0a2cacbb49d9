from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from marketing_agent.sandbox.klaviyo import (
    Account,
    KlaviyoError,
    KlaviyoWorld,
    NotFound,
)

if TYPE_CHECKING:
    import httpx

    from tests.sandbox.klaviyo.clock import HandClock

HANA = "hana.sato@mail.test"
PHONE = "+819000000011"


def body(profile_id: str | None = None, **data: Any) -> dict[str, Any]:
    """Make the body of a profile call."""
    own = {"id": profile_id} if profile_id else {}
    return {"data": {"type": "profile", **own, **data}}


def found(api: httpx.Client, text: str) -> list[str]:
    """Find the ids that a filter finds."""
    answer = api.get("/api/profiles", params={"filter": text})
    assert answer.status_code == 200, answer.text
    return [profile["id"] for profile in answer.json()["data"]]


def test_filters_find_by_every_identifier(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Email in any case, phone, external id, id and `_kx` all lead to the profile."""
    hana = world.add_profile(email=HANA, phone_number=PHONE, external_id="c-1")
    world.add_profile(email="kenta@mail.test")
    kx = world.exchange_id(hana)

    assert [hana] == found(api, 'equals(email,"HANA.Sato@mail.test")')
    assert [hana] == found(api, f'any(phone_number,["{PHONE}","+819000000099"])')
    assert [hana] == found(api, 'equals(external_id,"c-1")')
    assert [hana] == found(api, f'equals(id,"{hana}")')
    assert [hana] == found(api, f'equals(_kx,"{kx}")')
    assert [hana] == found(api, f'equals(_kx,"{unquote(kx)}")')
    assert found(api, f'equals(email,"{HANA}"),equals(phone_number,"+8190")') == []


def test_exchange_ids_are_stable_and_end_in_the_public_id(world: KlaviyoWorld) -> None:
    """A `_kx` value has the documented shape and is another one for another account."""
    profile_id = world.add_profile(email=HANA)
    elsewhere = KlaviyoWorld(account=Account(public_id="Zz9Yy8"))
    foreign = elsewhere.exchange_id(elsewhere.add_profile(email=HANA))

    assert world.exchange_id(profile_id) == world.exchange_id(profile_id)
    assert world.exchange_id(profile_id).endswith("%3D.Hn4cFe")
    assert foreign.endswith("%3D.Zz9Yy8")


def test_a_new_profile_is_found_by_id_at_once_and_by_filter_later(
    api: httpx.Client, world: KlaviyoWorld, clock: HandClock
) -> None:
    """The indexing delay hides a new profile from filters only."""
    world.indexing_delay = timedelta(minutes=2)
    hana = world.add_profile(email=HANA)

    assert api.get(f"/api/profiles/{hana}").status_code == 200
    assert found(api, f'equals(email,"{HANA}")') == []
    clock.advance(minutes=2)
    assert [hana] == found(api, f'equals(email,"{HANA}")')


def test_an_edited_address_is_found_by_the_old_one_until_indexed(
    api: httpx.Client, world: KlaviyoWorld, clock: HandClock
) -> None:
    """Filters see the old email for the length of the delay, the answer the new one."""
    hana = world.add_profile(email=HANA)
    world.indexing_delay = timedelta(seconds=30)
    api.patch(
        f"/api/profiles/{hana}",
        json=body(hana, attributes={"email": "new@mail.test"}),
    ).raise_for_status()

    assert [hana] == found(api, f'equals(email,"{HANA}")')
    assert found(api, 'equals(email,"new@mail.test")') == []
    clock.advance(seconds=30)
    assert found(api, f'equals(email,"{HANA}")') == []
    assert [hana] == found(api, 'equals(email,"new@mail.test")')


@pytest.mark.parametrize(
    "taken", [{"email": HANA.upper()}, {"phone_number": PHONE}, {"external_id": "c-1"}]
)
def test_a_taken_identifier_is_a_409_that_names_the_owner(
    api: httpx.Client, world: KlaviyoWorld, taken: dict[str, str]
) -> None:
    """Create and update refuse it and change nothing."""
    hana = world.add_profile(email=HANA, phone_number=PHONE, external_id="c-1")
    kenta = world.add_profile(email="kenta@mail.test")
    before = world.profiles()

    for answer in (
        api.post("/api/profiles", json=body(attributes=taken)),
        api.patch(f"/api/profiles/{kenta}", json=body(kenta, attributes=taken)),
    ):
        error = answer.json()["errors"][0]
        assert (answer.status_code, error["code"]) == (409, "duplicate_profile")
        assert hana == error["meta"]["duplicate_profile_id"]
    assert before == world.profiles()


def test_properties_are_patched_key_by_key(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Other keys stay, null stays null, lists grow and shrink, unset drops a key."""
    hana = world.add_profile(
        email=HANA,
        first_name="Hana",
        properties={"Roast": "Light", "skus": ["a", "b"], "old": 1},
    )
    patch = {"append": {"skus": "c"}, "unappend": {"skus": ["a"]}, "unset": "old"}

    answer = api.patch(
        f"/api/profiles/{hana}",
        json=body(
            hana,
            attributes={"properties": {"LINE User ID": None}},
            meta={"patch_properties": patch},
        ),
    )

    expected = {"Roast": "Light", "skus": ["b", "c"], "LINE User ID": None}
    assert expected == answer.json()["data"]["attributes"]["properties"]
    assert expected == world.profile(hana).properties
    assert (world.profile(hana).email, world.profile(hana).first_name) == (HANA, "Hana")


def test_null_clears_an_attribute_and_frees_the_address(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """An explicit null removes the email, which another profile may then take."""
    hana = world.add_profile(email=HANA, phone_number=PHONE)

    api.patch(
        f"/api/profiles/{hana}", json=body(hana, attributes={"email": None})
    ).raise_for_status()

    assert world.profile(hana).email is None
    assert (
        api.post("/api/profiles", json=body(attributes={"email": HANA})).status_code
    ) == 201


def test_update_never_makes_a_profile(api: httpx.Client, world: KlaviyoWorld) -> None:
    """PATCH of an unknown id is a 404 and leaves no profile behind."""
    answer = api.patch("/api/profiles/01NOPE", json=body("01NOPE", attributes={}))

    assert (answer.status_code, world.profiles()) == (404, ())


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"phone_number": "090-0000-0011"}, "/data/attributes/phone_number"),
        ({"email": "hana"}, "/data/attributes/email"),
        ({"emial": HANA}, "/data/attributes/emial"),
        ({"email": 5}, "/data/attributes/email"),
        ({"first_name": "Hana"}, "/data/attributes"),
        ({}, "/data/attributes"),
    ],
)
def test_bad_attributes_are_a_400_that_points_at_them(
    api: httpx.Client, attributes: dict[str, Any], pointer: str
) -> None:
    """Wrong spelling, type or name, and a profile without identifier, are refused."""
    answer = api.post("/api/profiles", json=body(attributes=attributes))

    assert answer.status_code == 400
    assert {"pointer": pointer} == answer.json()["errors"][0]["source"]


def test_sparse_fields_and_sorting(api: httpx.Client, world: KlaviyoWorld) -> None:
    """Only the fields asked for come back, in the order asked for."""
    for name in ("b", "c", "a"):
        world.add_profile(email=f"{name}@mail.test", properties={"k": name})

    answer = api.get(
        "/api/profiles",
        params={"sort": "-email", "fields[profile]": "email,location.city"},
    )

    shown = [profile["attributes"] for profile in answer.json()["data"]]
    expected = [
        {"email": f"{name}@mail.test", "location": {"city": None}} for name in "cba"
    ]
    assert expected == shown


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("page[size]", "101", 400),
        ("page[size]", "0", 400),
        ("page[size]", "many", 400),
        ("page[cursor]", "garbage", 400),
        ("sort", "first_name", 400),
        ("fields[profile]", "properties.line", 400),
        ("filter", 'equals(first_name,"a")', 400),
        ("pagesize", "5", 400),
        ("additional-fields[profile]", "predictive_analytics", 501),
    ],
)
def test_bad_parameters_are_named(
    api: httpx.Client, name: str, value: str, status: int
) -> None:
    """A parameter that is wrong, unknown or beyond the sandbox is named."""
    answer = api.get("/api/profiles", params={name: value})

    assert status == answer.status_code
    assert {"parameter": name} == answer.json()["errors"][0]["source"]


def test_a_merged_profile_is_gone_and_its_events_move(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """The source is a 404; the destination has its events and what it lacked itself."""
    source = world.add_profile(email=HANA, properties={"a": 1, "b": 1})
    destination = world.add_profile(phone_number=PHONE, properties={"b": 2})
    api.post("/api/events", json=event(source)).raise_for_status()

    world.merge(source, destination)

    assert api.get(f"/api/profiles/{source}").status_code == 404
    assert [destination] == found(api, f'equals(email,"{HANA}")')
    assert world.profile(destination).properties == {"a": 1, "b": 2}
    assert [destination] == [e.profile_id for e in world.events()]


def test_a_suppression_shows_where_it_is_asked_for(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Filters find it; it is shown as an additional field and not otherwise."""
    hana = world.add_profile(email=HANA)
    world.add_profile(email="kenta@mail.test")
    world.suppress(hana)
    marketing = "subscriptions.email.marketing"
    path = f"/api/profiles/{hana}"

    plain = api.get(path).json()["data"]["attributes"]
    asked = api.get(
        path,
        params={
            "additional-fields[profile]": "subscriptions",
            "fields[profile]": f"email,{marketing}.can_receive_email_marketing",
        },
    ).json()["data"]["attributes"]

    assert found(api, f'equals({marketing}.suppression.reason,"UNSUBSCRIBE")') == [hana]
    assert "subscriptions" not in plain
    refused = {"marketing": {"can_receive_email_marketing": False}}
    assert asked == {"email": HANA, "subscriptions": {"email": refused}}


def test_a_profile_is_not_merged_into_itself(world: KlaviyoWorld) -> None:
    """The attempt is refused and the profile stays."""
    hana = world.add_profile(email=HANA)

    with pytest.raises(KlaviyoError):
        world.merge(hana, hana)

    assert world.profile(hana).email == HANA


def test_changes_are_found_by_their_second(
    api: httpx.Client, world: KlaviyoWorld, clock: HandClock
) -> None:
    """`updated` has whole seconds: a watermark misses later edits of its own second."""
    hana = world.add_profile(email=HANA)
    clock.advance(seconds=10.7)
    patch = body(hana, attributes={"first_name": "Hana"})
    api.patch(f"/api/profiles/{hana}", json=patch).raise_for_status()

    assert found(api, "greater-than(updated,2026-11-02T09:30:09Z)") == [hana]
    assert found(api, "greater-than(updated,2026-11-02T09:30:10Z)") == []
    assert found(api, "less-than(created,2026-11-02T09:30:01Z)") == [hana]


def test_a_deleted_profile_is_gone_everywhere(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """It is a 404, no filter finds it, and its address is free."""
    hana = world.add_profile(email=HANA)
    kx = world.exchange_id(hana)

    world.delete(hana)

    assert api.get(f"/api/profiles/{hana}").status_code == 404
    assert (
        found(api, f'equals(email,"{HANA}")') + found(api, f'equals(_kx,"{kx}")') == []
    )
    with pytest.raises(NotFound):
        world.profile(hana)
    assert world.add_profile(email=HANA) != hana


def test_a_profile_from_before_e164_is_shown_as_it_is(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """A seeded legacy number comes back unchanged and an E.164 filter misses it."""
    hana = world.add_profile(profile_id="Ab3dE6", phone_number="090-0000-0011")

    shown = api.get(f"/api/profiles/{hana}").json()["data"]

    assert (
        shown["id"],
        shown["attributes"]["phone_number"],
    ) == ("Ab3dE6", "090-0000-0011")
    assert found(api, f'equals(phone_number,"{PHONE}")') == []


def event(profile_id: str) -> dict[str, Any]:
    """Make the body of an event of this profile's."""
    return {
        "data": {
            "type": "event",
            "attributes": {
                "properties": {},
                "metric": {
                    "data": {"type": "metric", "attributes": {"name": "Linked"}}
                },
                "profile": {
                    "data": {"type": "profile", "id": profile_id, "attributes": {}}
                },
            },
        }
    }
