"""A profile or a friend that does not get linked: why, for each of the main causes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.diagnosis.findings import FindingState
from marketing_agent.core.diagnosis.symptoms import Symptom
from marketing_agent.core.errors import NotFound
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.sandbox.seed import PERSONAS
from tests.desk import EMAIL

if TYPE_CHECKING:
    from tests.services.diagnosis.clinic import Clinic

PROBLEM, OK, UNKNOWN = FindingState.PROBLEM, FindingState.OK, FindingState.UNKNOWN
NOT_LINKED = Symptom.NOT_LINKED
HANA, KENTA = PERSONAS[:2]
WHO = LineUserId(HANA.line_user_id)


async def _opened(clinic: Clinic, email: str, *, add_friend: bool = True) -> None:
    """Hana opens the link of an email that was sent to this address."""
    desk = clinic.desk
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id)
    card = await desk.write("create_qr_link", EMAIL)
    url = str(card["linking_url"]).replace("{{ email }}", email)
    await desk.join(HANA.line_user_id, url, add_friend=add_friend)
    await desk.work()


async def test_a_linked_pair_is_told_as_such(clinic: Clinic) -> None:
    """From both ends."""
    profile = ProfileId(clinic.klaviyo.add_profile(email=HANA.email))
    await _opened(clinic, HANA.email)
    found = await clinic.states(NOT_LINKED, line_user=WHO, profile=profile)
    people = ("friend", "profile_signals", "profile_attempts")
    assert [found[each] for each in people] == [OK] * 3


async def test_no_profile_has_the_address(clinic: Clinic) -> None:
    """The text's main cause: there is nothing to match in Klaviyo."""
    await _opened(clinic, HANA.email)
    [found] = (await clinic.look(NOT_LINKED, line_user=WHO))["friend"]
    assert found.state is PROBLEM
    assert "No Klaviyo profile has this" in found.says


async def test_not_a_friend_yet(clinic: Clinic) -> None:
    """The person logged in and did not add the account."""
    profile = ProfileId(clinic.klaviyo.add_profile(email=HANA.email))
    await _opened(clinic, HANA.email, add_friend=False)
    for about in ({"line_user": WHO}, {"profile": profile}):
        found = await clinic.look(NOT_LINKED, **about)
        [told] = found.get("friend") or found["profile_attempts"]
        assert "add the LINE account" in told.says


async def test_an_attempt_that_ran_out_of_time(clinic: Clinic) -> None:
    """It is told as it stands today, not as it was last stored."""
    await _opened(clinic, HANA.email)
    clinic.desk.clock.move(days=31)
    [found] = (await clinic.look(NOT_LINKED, line_user=WHO))["friend"]
    assert "in time" in found.says


@pytest.mark.parametrize(
    ("profile", "says"),
    [
        ({"external_id": "c1"}, "neither an email address nor a phone number"),
        ({"email": "info@example.com"}, "shared or test value"),
        ({"phone_number": "+819000000000"}, "shared or test value"),
        ({"email": HANA.email}, "a signal to match on"),
    ],
)
async def test_the_signals_of_a_profile(
    clinic: Clinic, profile: dict[str, Any], says: str
) -> None:
    """Read live from Klaviyo; the values themselves are in no finding."""
    profile_id = ProfileId(clinic.klaviyo.add_profile(**profile))
    found = await clinic.look(NOT_LINKED, profile=profile_id)
    assert says in found["profile_signals"][0].says
    assert not any(value in repr(found) for value in profile.values())


async def test_nobody_came_with_the_address(clinic: Clinic) -> None:
    """The profile is fine: the customer has not opened anything."""
    profile = ProfileId(clinic.klaviyo.add_profile(email=HANA.email))
    found = await clinic.look(NOT_LINKED, profile=profile)
    assert found["profile_signals"][0].state is OK
    assert "No LINE login has come" in found["profile_attempts"][0].says


async def test_a_profile_that_belongs_to_another_friend(clinic: Clinic) -> None:
    """Asked about together, the two are told apart."""
    profile = ProfileId(clinic.klaviyo.add_profile(email=HANA.email))
    await _opened(clinic, HANA.email)
    clinic.desk.line.add_user(KENTA.line_name, user_id=KENTA.line_user_id)
    await clinic.desk.line.follow(KENTA.line_user_id)
    await clinic.desk.line.webhooks_settled()
    await clinic.desk.work()
    kenta = LineUserId(KENTA.line_user_id)

    found = await clinic.look(NOT_LINKED, line_user=kenta, profile=profile)

    assert "Nothing has tried" in found["friend"][0].says
    assert found["profile_attempts"][0].state is PROBLEM
    assert "another friend" in found["profile_attempts"][0].says


async def test_a_profile_that_is_gone(clinic: Clinic) -> None:
    """Deleted is told from not readable now."""
    profile = ProfileId(clinic.klaviyo.add_profile(email=HANA.email))
    clinic.klaviyo.faults.answer(503, on="/api/profiles/", times=1)
    assert (await clinic.states(NOT_LINKED, profile=profile))[
        "profile_signals"
    ] is UNKNOWN
    clinic.klaviyo.delete(profile)
    assert (await clinic.states(NOT_LINKED, profile=profile))[
        "profile_signals"
    ] is PROBLEM


async def test_unknown_names_are_clear_errors(clinic: Clinic) -> None:
    """A friend or a custom QR code that is not there is no finding."""
    with pytest.raises(NotFound, match="friend"):
        await clinic.look(NOT_LINKED, line_user=WHO)
    with pytest.raises(NotFound, match="custom QR code"):
        await clinic.look(Symptom.NO_LINKING_URL, slug="nowhere")


async def test_one_person_is_no_reason_to_open_landing_pages(clinic: Clinic) -> None:
    """Only who is named, and what holds everybody up, is looked at."""
    await clinic.link_form()
    profile = ProfileId(clinic.klaviyo.add_profile(email=HANA.email))
    found = await clinic.look(NOT_LINKED, profile=profile)
    assert "klaviyo_account" in found
    assert not found.keys() & {"landing_page", "target_form", "attempt_reasons"}


async def test_what_holds_everybody_up(clinic: Clinic) -> None:
    """Without a name: the settings of all methods, and how most attempts ended."""
    await clinic.link_form()
    await _opened(clinic, "{{ email }}")
    found = await clinic.look(NOT_LINKED)
    assert found["attempt_reasons"][0].state is PROBLEM
    assert "merge variable" in found["attempt_reasons"][0].says
    assert found["qr_attempts"][0].state is PROBLEM
    assert found.keys() >= {"landing_page", "target_form", "integration", "line_login"}


async def test_the_linking_url(clinic: Clinic) -> None:
    """Not saved, saved without linkage, saved with it."""

    async def told(**about: Any) -> list[str]:
        found = await clinic.look(Symptom.NO_LINKING_URL, **about)
        return [each.says for each in found["linking_url"]]

    assert "by saving" in (await told())[0]
    poster = {"name": "Poster", "link_type": "none"}
    slug = (await clinic.desk.write("create_qr_link", poster))["slug"]
    assert "Link Type is None" in (await told(slug=slug))[0]
    await clinic.desk.write("create_qr_link", EMAIL)
    assert ["is there" in each for each in await told()] == [False, True]
