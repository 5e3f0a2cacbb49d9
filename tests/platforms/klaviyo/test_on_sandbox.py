from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.errors import (
    CredentialsRefused,
    PlatformNotFound,
    PlatformThrottled,
)
from marketing_agent.core.signals import EmailAddress, PhoneNumber, ProfileId
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.klaviyo.client import KlaviyoClient
from marketing_agent.platforms.klaviyo.types import KlaviyoCredentials
from marketing_agent.platforms.sender import Sender
from marketing_agent.sandbox.klaviyo import EventDraft, KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.network import Network
from tests.platforms.stand_ins import HandClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def world() -> KlaviyoWorld:
    """Give an account with one profile in it."""
    world = KlaviyoWorld()
    world.add_profile(
        profile_id="01HANA", email="hana@mail.test", properties={"Rank": 1}
    )
    return world


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that is moved by hand."""
    return HandClock()


@pytest.fixture
async def klaviyo(
    world: KlaviyoWorld, clock: HandClock
) -> AsyncIterator[KlaviyoClient]:
    """Give our client, calling that account."""
    network = Network()
    network.serve("klaviyo.test", klaviyo_app(world))
    async with open_http(network) as http:
        yield KlaviyoClient(
            "https://klaviyo.test",
            KlaviyoCredentials(private_key=world.private_key),
            Sender(http, timing=clock.timing),
            account_key="hana-coffee",
        )


HANA = ProfileId("01HANA")


async def test_a_patch_whose_answer_is_lost_is_repeated(
    klaviyo: KlaviyoClient, world: KlaviyoWorld
) -> None:
    """The property was written before the 503 came; writing it again does no harm."""
    world.faults.answer(503, on="PATCH", times=1, when="after")

    await klaviyo.set_properties(HANA, {"LINE User ID": "Uabc"})

    assert world.profile(HANA).properties == {"Rank": 1, "LINE User ID": "Uabc"}
    assert len(world.calls.all(on="PATCH")) == 2


async def test_an_event_whose_answer_is_lost_is_recorded_once(
    klaviyo: KlaviyoClient, world: KlaviyoWorld
) -> None:
    """The repeat carries the same unique id."""
    world.faults.answer(502, on="POST", times=1, when="after")

    await klaviyo.record_event(HANA, "Linked", {}, unique_id="link-1", at=AT)

    assert len(world.events(HANA)) == 1


async def test_an_event_of_a_profile_that_is_gone_creates_none(
    klaviyo: KlaviyoClient, world: KlaviyoWorld
) -> None:
    """Klaviyo would make a profile of any other identifier; of an id it makes none."""
    await klaviyo.record_event(
        ProfileId("01GONE"), "Linked", {}, unique_id="link-1", at=AT
    )

    assert [profile.id for profile in world.profiles()] == [HANA]


async def test_a_merged_profile_is_gone(
    klaviyo: KlaviyoClient, world: KlaviyoWorld
) -> None:
    """Reading its id finds nobody, and writing to it says so."""
    other = world.add_profile(email="hana.sato@mail.test")
    world.merge(HANA, other)

    assert await klaviyo.profile(HANA) is None
    with pytest.raises(PlatformNotFound):
        await klaviyo.set_properties(HANA, {"LINE User ID": "Uabc"})


async def test_every_page_is_read(klaviyo: KlaviyoClient, world: KlaviyoWorld) -> None:
    """Klaviyo gives 200 metrics on a page, and an account may have more."""
    for number in range(230):
        name = f"Metric {number}"
        world.record_event(EventDraft(metric=name, properties={}, profile_id=HANA))

    names = {metric.name for metric in await klaviyo.metrics()}

    assert names >= {f"Metric {number}" for number in range(230)}


async def test_one_odd_address_does_not_hide_the_others(
    klaviyo: KlaviyoClient,
) -> None:
    """Klaviyo refuses a filter with a value that is none; the rest is still found."""
    odd = EmailAddress('no"address\\')

    found = await klaviyo.profiles_by_email([odd, EmailAddress("hana@mail.test")])

    assert [profile.id for profile in found] == [HANA]
    assert await klaviyo.profiles_by_phone([PhoneNumber("12")]) == []


async def test_a_short_throttle_is_waited_for_and_a_long_one_raised(
    klaviyo: KlaviyoClient, world: KlaviyoWorld, clock: HandClock
) -> None:
    """Two seconds are slept through, a minute is the worker's to come back after."""
    world.faults.throttle(2, times=1)
    assert await klaviyo.profile(HANA) is not None
    assert sum(clock.slept) == 2.0

    world.faults.throttle(58, times=1)
    with pytest.raises(PlatformThrottled) as throttled:
        await klaviyo.profile(HANA)
    assert throttled.value.retry_after == 58


async def test_a_rotated_key_is_said_to_be_refused(
    klaviyo: KlaviyoClient, world: KlaviyoWorld
) -> None:
    """The merchant is told to connect again; the key is not in the message."""
    old, world.private_key = world.private_key, "pk_another"

    with pytest.raises(CredentialsRefused) as refused:
        await klaviyo.account()

    assert old not in f"{refused.value!r} {refused.value.facts}"


async def test_a_new_address_is_found_once_klaviyo_has_indexed_it(
    klaviyo: KlaviyoClient, world: KlaviyoWorld
) -> None:
    """By its id a profile is there at once; looked up by address it comes later."""
    world.indexing_delay = timedelta(minutes=1)
    late = ProfileId(world.add_profile(email="late@mail.test"))

    assert await klaviyo.profiles_by_email([EmailAddress("late@mail.test")]) == []
    assert await klaviyo.profile(late) is not None
