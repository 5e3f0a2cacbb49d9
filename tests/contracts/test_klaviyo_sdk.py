"""The official Python SDK uses the sandbox as if it were the real platform.

`klaviyo-api` 24 speaks revision 2026-07-15 and parses answers with strict models of its
own. It repeats a 429 by itself, in urllib3 and again around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from klaviyo_api import KlaviyoAPI
from klaviyo_api.filter_builder import FilterBuilder
from openapi_client.exceptions import ApiException

from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from tests.sandbox.serving import Doorway, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

HANA = "hana.sato@mail.test"


@pytest.fixture(scope="module")
def doorway() -> Doorway:
    """Give the door that the served address opens on."""
    return Doorway()


@pytest.fixture(scope="module")
def base_url(doorway: Doorway) -> Iterator[str]:
    """Give the served address."""
    with serving(doorway, lifespan="off") as base_url:
        yield base_url


@pytest.fixture
def world(doorway: Doorway) -> KlaviyoWorld:
    """Give an empty account behind the door, its rate limits lifted."""
    world = KlaviyoWorld()
    world.limits.lift()
    doorway.app = klaviyo_app(world)
    return world


@pytest.fixture
def sdk(world: KlaviyoWorld, base_url: str) -> KlaviyoAPI:
    """Give the SDK with the account's key, pointed at the sandbox."""
    return KlaviyoAPI(world.private_key, max_retries=2, test_host=base_url)


def profile(attributes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make the body of a profile call."""
    return {"data": {"type": "profile", "attributes": attributes, **more}}


def test_it_reads_the_account(sdk: KlaviyoAPI, world: KlaviyoWorld) -> None:
    """The account's id, zone and organisation arrive."""
    (account,) = sdk.Accounts.get_accounts().data

    assert account.id == world.account.public_id
    assert account.attributes.timezone == "Asia/Tokyo"
    contact = account.attributes.contact_information
    assert contact.organization_name == "Hana Coffee"


def test_it_makes_finds_and_reads_a_profile(
    sdk: KlaviyoAPI, world: KlaviyoWorld
) -> None:
    """Create, filter with the SDK's own builder, get by id: the same profile."""
    made = sdk.Profiles.create_profile(
        profile({"email": HANA, "properties": {"Roast": "Light"}})
    ).data
    by_email = FilterBuilder()
    by_email.any("email", [HANA, "nobody@mail.test"])

    (found,) = sdk.Profiles.get_profiles(filter=by_email.build()).data
    read = sdk.Profiles.get_profile(made.id).data

    assert [p.id for p in world.profiles()] == [made.id] == [found.id] == [read.id]
    assert read.attributes.properties == {"Roast": "Light"}


def test_it_reads_a_suppression(sdk: KlaviyoAPI, world: KlaviyoWorld) -> None:
    """A suppressed profile says that it takes no email."""
    hana = world.add_profile(email=HANA)
    world.suppress(hana, "SPAM_COMPLAINT")

    read = sdk.Profiles.get_profile(hana, additional_fields_profile=["subscriptions"])

    marketing = read.data.attributes.subscriptions.email.marketing
    assert not marketing.can_receive_email_marketing
    assert [s.reason for s in marketing.suppression] == ["SPAM_COMPLAINT"]


def test_it_meets_the_duplicate(sdk: KlaviyoAPI, world: KlaviyoWorld) -> None:
    """A second profile with the email is a 409 whose body names the first."""
    first = world.add_profile(email=HANA)

    with pytest.raises(ApiException) as refused:
        sdk.Profiles.create_profile(profile({"email": HANA}))

    assert refused.value.status == 409
    assert first in str(refused.value.body)


def test_it_updates_and_patches_properties(
    sdk: KlaviyoAPI, world: KlaviyoWorld
) -> None:
    """An update keeps other properties, a patch appends and unsets."""
    hana = world.add_profile(email=HANA, properties={"a": 1, "skus": ["x"]})
    patch = {"patch_properties": {"append": {"skus": "y"}, "unset": "a"}}

    sdk.Profiles.update_profile(
        hana, profile({"properties": {"LINE User ID": "U0"}}, id=hana)
    )
    sdk.Profiles.update_profile(hana, profile({}, id=hana, meta=patch))

    expected = {"LINE User ID": "U0", "skus": ["x", "y"]}
    assert world.profile(hana).properties == expected


def test_it_pages_through_all_profiles(sdk: KlaviyoAPI, world: KlaviyoWorld) -> None:
    """Cursors taken from `links.next` lead through every profile once."""
    made = {world.add_profile(external_id=f"c-{number}") for number in range(25)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = sdk.Profiles.get_profiles(page_size=10, page_cursor=cursor)
        seen += [p.id for p in page.data]
        if not page.links.next:
            break
        cursor = parse_qs(urlsplit(page.links.next).query)["page[cursor]"][0]

    assert len(seen) == len(made)
    assert set(seen) == made


def test_it_records_and_reads_events(sdk: KlaviyoAPI, world: KlaviyoWorld) -> None:
    """An event is taken once per unique id and read back with profile and metric."""
    hana = world.add_profile(email=HANA)
    metric = {"type": "metric", "attributes": {"name": "Linked LINE Identity"}}
    attributes = {
        "properties": {"method": "custom_qr_code"},
        "unique_id": "u-1",
        "metric": {"data": metric},
        "profile": {"data": {"type": "profile", "id": hana, "attributes": {}}},
    }
    for _ in range(2):
        sdk.Events.create_event({"data": {"type": "event", "attributes": attributes}})

    shown = sdk.Events.get_events(
        filter=f'equals(profile_id,"{hana}")', include=["profile", "metric"]
    )
    metrics = sdk.Metrics.get_metrics().data

    (event,) = shown.data
    assert event.attributes.event_properties["method"] == "custom_qr_code"
    assert event.relationships.profile.data.id == hana
    assert len(shown.included) == 2
    named = {m.id: m.attributes.name for m in metrics}
    assert named[event.relationships.metric.data.id] == "Linked LINE Identity"


def test_it_waits_out_a_throttle(sdk: KlaviyoAPI, world: KlaviyoWorld) -> None:
    """The SDK understands the 429, waits as told and succeeds."""
    world.faults.throttle(1, times=1)

    assert sdk.Accounts.get_accounts().data

    assert [call.status for call in world.calls.all()] == [429, 200]


def test_it_gives_up_on_a_standing_throttle(
    sdk: KlaviyoAPI, world: KlaviyoWorld
) -> None:
    """After its tries the SDK raises the 429 with the code that Klaviyo uses."""
    world.faults.throttle(0)

    with pytest.raises(ApiException) as refused:
        sdk.Metrics.get_metrics()

    assert refused.value.status == 429
    assert "throttled" in str(refused.value.body)
    assert {call.status for call in world.calls.all()} == {429}


@pytest.mark.usefixtures("world")
def test_it_tells_bad_keys(base_url: str) -> None:
    """With a wrong key every call is a 401."""
    stranger = KlaviyoAPI("pk_wrong", test_host=base_url)

    with pytest.raises(ApiException) as refused:
        stranger.Profiles.get_profiles()

    assert refused.value.status == 401
