from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.klaviyo.types import KlaviyoAccount, KlaviyoProfile
from marketing_agent.platforms.sender import Sender
from tests.cassettes import klaviyo_story as story
from tests.cassettes.tape import FOLDER, replaying

if TYPE_CHECKING:
    from vcr.cassette import Cassette

SEEN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


async def replayed() -> tuple[story.KlaviyoStory, Cassette]:
    """Play the story against its recording."""
    async with open_http() as http:
        with replaying(story.CASSETTE, story.redaction()) as cassette:
            return await story.play(Sender(http)), cassette


async def test_the_client_sends_exactly_what_was_recorded() -> None:
    """Every request equals its recording in method, URL, headers and body."""
    _, cassette = await replayed()

    assert cassette.all_played
    assert [f"{request.method} {request.path}" for request in cassette.requests] == [
        "GET /api/accounts",
        "GET /api/profiles",
        "GET /api/profiles",
        "GET /api/profiles",
        "GET /api/profiles",
        f"GET /api/profiles/{story.NOBODY}",
        f"PATCH /api/profiles/{story.HANA}",
        "POST /api/events",
        "POST /api/events",
        f"GET /api/profiles/{story.HANA}",
        f"PATCH /api/profiles/{story.HANA}",
        f"GET /api/profiles/{story.HANA}",
        "GET /api/events",
        "GET /api/metrics",
    ]


async def test_the_answers_are_understood() -> None:
    """What Klaviyo's JSON says is what the types hold, from account to metrics."""
    told, _ = await replayed()

    hana = KlaviyoProfile(
        id=story.HANA,
        email="hana.sato@mail.test",
        phone_number="+819000000011",
        properties={"Favourite Roast": "Light"},
        updated=SEEN,
        suppressed=False,
    )
    kenta = KlaviyoProfile(
        id=story.KENTA,
        email="kenta+coffee@mail.test",
        updated=SEEN,
        suppressed=False,
    )
    assert told.account == KlaviyoAccount(
        id="Hn4cFe",
        public_id="Hn4cFe",
        organization="Hana Coffee",
        timezone="Asia/Tokyo",
        locale="ja-JP",
        currency="JPY",
        website="https://hana-coffee.test",
    )
    assert told.by_email == [hana, kenta]
    assert told.by_phone == [hana]
    assert told.by_exchange_id == hana
    assert told.by_foreign_exchange_id is None
    assert told.nobody is None
    assert told.unlinked == hana


async def test_a_link_is_written_and_taken_back() -> None:
    """The property appears beside the others and is gone after the unlink."""
    told, _ = await replayed()

    assert told.linked is not None
    assert told.linked.properties == {
        "Favourite Roast": "Light",
        "LINE User ID": story.LINE_USER_ID,
    }
    assert told.unlinked is not None
    assert "LINE User ID" not in told.unlinked.properties


async def test_an_event_recorded_twice_happened_once() -> None:
    """The unique id makes the repeat of a lost answer harmless."""
    told, _ = await replayed()

    assert [(event.metric, event.at) for event in told.events] == [
        ("Linked LINE Identity", SEEN)
    ]
    assert "Linked LINE Identity" in {metric.name for metric in told.metrics}


@pytest.mark.parametrize("private", [story.PRIVATE_KEY, "127.0.0.1", "localhost"])
async def test_the_cassette_holds_no_secret_and_no_machine(private: str) -> None:
    """It can be read by anyone, and means the same on every machine."""
    assert private not in (FOLDER / story.CASSETTE).read_text(encoding="utf-8")
