"""`_kx` and KlaviyoID in a link: stronger evidence, or one more contradiction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pytest

from marketing_agent.core.facts import Evidence
from marketing_agent.core.signals import LineUserId
from marketing_agent.sandbox.klaviyo.faults import Answer, Fault
from marketing_agent.services.lookups import look_at_claims
from marketing_agent.storage import links, outcomes
from tests.desk import EMAIL, HOUSE
from tests.services.undo_story import HANA, KENTA

if TYPE_CHECKING:
    from tests.desk import Desk

PROFILES: Final = "/api/profiles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Hana and Kenta are in the shop's list; an email goes to Hana."""

    desk: Desk
    slug: str
    hana: str
    kenta: str

    async def opens(self, **names: str) -> list[str]:
        """Hana taps her link, with these names in it, and goes all the way.

        Gives the paths at Klaviyo that the lookup asked.
        """
        query = urlencode({"email": HANA.email, **names})
        await self.desk.join(HANA.line_user_id, f"{HOUSE}/l/{self.slug}?{query}")
        before = len(self.desk.klaviyo.calls.all())
        await look_at_claims(self.desk.ground, self.desk.merchant_id)
        asked = [call.path for call in self.desk.klaviyo.calls.all()[before:]]
        await self.desk.work()
        return asked

    async def evidence(self) -> Evidence | None:
        """What Hana's link stands on."""
        async with self.desk.ground.database.transaction() as tx:
            user = LineUserId(HANA.line_user_id)
            link = await links.of_line_user(tx, self.desk.merchant_id, user)
        return None if link is None else link.evidence

    async def says(self) -> tuple[str, int]:
        """Code and row of Hana's attempt."""
        async with self.desk.ground.database.transaction() as tx:
            user = LineUserId(HANA.line_user_id)
            found = await outcomes.of_line_user(tx, self.desk.merchant_id, user)
        (attempt,) = found
        return attempt.outcome.code.value, attempt.outcome.row

    def kx(self, profile_id: str) -> str:
        """The `_kx` of this profile, as it stands in an email's links."""
        return self.desk.klaviyo.exchange_id(profile_id)


@pytest.fixture
async def shop(desk: Desk) -> Shop:
    """Save a custom QR code that asks for the email."""
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id)
    card = await desk.write("create_qr_link", EMAIL)
    return Shop(
        desk=desk,
        slug=card["slug"],
        hana=desk.klaviyo.add_profile(email=HANA.email),
        kenta=desk.klaviyo.add_profile(email=KENTA.email),
    )


async def test_without_a_name_the_signals_count(shop: Shop) -> None:
    """An email from before the KlaviyoID was in the link still links."""
    await shop.opens()

    assert await shop.evidence() is Evidence.ONE_SIGNAL


async def test_an_agreeing_klaviyo_id_is_stronger_and_costs_no_call(shop: Shop) -> None:
    """The profile was found by its address already: nothing more is asked."""
    asked = await shop.opens(id=shop.hana)

    assert await shop.evidence() is Evidence.CONFIRMED_OR_KLAVIYO_ID
    assert asked == [PROFILES]


async def test_an_agreeing_exchange_id_is_stronger_still(shop: Shop) -> None:
    """`_kx` cannot be made up, and it comes before the KlaviyoID beside it."""
    await shop.opens(id=shop.hana, _kx=shop.kx(shop.hana))

    assert await shop.evidence() is Evidence.EXCHANGE_ID


@pytest.mark.parametrize("name", ["id", "_kx"])
async def test_row_22_a_name_of_somebody_else_links_nobody(
    shop: Shop, name: str
) -> None:
    """Somebody put their own address into the link of another person's email."""
    value = shop.kenta if name == "id" else shop.kx(shop.kenta)
    await shop.opens(**{name: value})

    assert await shop.says() == ("mismatch_refused", 22)
    assert await shop.evidence() is None


async def test_a_profile_that_was_merged_away_contradicts_nothing(shop: Shop) -> None:
    """The email is older than the merge: its KlaviyoID names nobody any more."""
    shop.desk.klaviyo.merge(shop.kenta, shop.hana)
    await shop.opens(id=shop.kenta)

    assert await shop.evidence() is Evidence.ONE_SIGNAL


async def test_an_exchange_id_that_klaviyo_does_not_know_is_ignored(shop: Shop) -> None:
    """It has the right shape and account, and is no refusal: anyone can type one."""
    known = shop.kx(shop.hana)
    await shop.opens(_kx="A" * 8 + known[8:])

    assert await shop.evidence() is Evidence.ONE_SIGNAL


@pytest.mark.parametrize(
    "names",
    [
        {"id": "{{ person.KlaviyoID }}", "_kx": "preview"},
        {"_kx": "cGxhY2Vob2xkZXI%3D.OTHER1"},
    ],
)
async def test_previews_and_other_accounts_names_are_not_even_asked_about(
    shop: Shop, names: dict[str, str]
) -> None:
    """What this account's Klaviyo did not fill in costs no call."""
    asked = await shop.opens(**names)

    assert await shop.evidence() is Evidence.ONE_SIGNAL
    assert asked == [PROFILES]


async def test_a_name_is_read_before_the_search_knows_the_profile(shop: Shop) -> None:
    """Read by its id a profile is there at once; Klaviyo's search is minutes late."""
    shop.desk.klaviyo.delete(shop.hana)
    shop.desk.klaviyo.indexing_delay = timedelta(minutes=5)
    fresh = shop.desk.klaviyo.add_profile(email=HANA.email)
    await shop.opens(id=fresh)

    assert await shop.evidence() is Evidence.CONFIRMED_OR_KLAVIYO_ID


async def test_a_name_waits_sealed_with_the_claim(shop: Shop) -> None:
    """Klaviyo is away at first; the name counts when it is back."""
    shop.desk.klaviyo.faults.add(Fault(effect=Answer(503)))
    await shop.opens(id=shop.hana)
    waiting = await shop.evidence()
    shop.desk.klaviyo.faults.clear()
    shop.desk.clock.move(minutes=10)
    await shop.desk.work()

    assert waiting is None
    assert await shop.evidence() is Evidence.CONFIRMED_OR_KLAVIYO_ID
