"""Klaviyo shows a profile late, or only after the customer has come."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from marketing_agent.sandbox.seed import Persona, line_user_id
from tests.house import HANA

if TYPE_CHECKING:
    from tests.house import House

NAOMI = Persona(
    key="naomi",
    first_name="Naomi",
    last_name="Ishida",
    email="naomi.ishida@mail.test",
    phone="+819000000021",
    line_name="なおみ",
    language="ja",
)


async def join_unknown(house: House) -> None:
    """Naomi, whom Klaviyo does not know yet, opens a link with her address."""
    house.stage.line.add_user(NAOMI.line_name, user_id=line_user_id(NAOMI.key))
    qr_link = await house.email_everyone()
    url = qr_link["linking_url"].split("?")[0]
    await house.join(NAOMI, url=f"{url}?email={NAOMI.email}")
    await house.stands(NAOMI, "waiting_profile")


async def test_a_profile_that_klaviyo_indexes_late_is_found_on_a_later_look(
    house: House,
) -> None:
    """The claim waits and is looked at again; nobody has to do anything."""
    house.stage.klaviyo.indexing_delay = timedelta(minutes=3)
    house.stage.klaviyo.add_profile(email=NAOMI.email)
    await join_unknown(house)
    house.clock.move(minutes=2)
    await house.tick()
    await house.settled()
    await house.never_linked(NAOMI, "waiting_profile")

    house.clock.move(minutes=10)
    await house.tick()

    await house.linked_once(NAOMI)


async def test_a_profile_made_days_later_is_still_found(house: House) -> None:
    """A claim lives 30 days: the customer who subscribes in the meantime is linked."""
    await join_unknown(house)
    house.clock.move(days=8)
    house.stage.klaviyo.add_profile(email=NAOMI.email)

    await house.tick()

    await house.linked_once(NAOMI)


async def test_a_claim_nobody_was_found_for_is_shown_as_expired_in_the_end(
    house: House,
) -> None:
    """After 30 days the merchant reads that it is over, and what to do."""
    await join_unknown(house)

    house.clock.move(days=31)
    report = await house.read("query_linkage_status")

    shown = [(each["code"], each["reason"]) for each in report["attempts"]]
    assert shown == [("expired", "The customer did not finish in time.")]


async def test_a_changed_address_does_not_undo_a_link(house: House) -> None:
    """The customer who moves house in Klaviyo stays the same person."""
    await house.email_everyone()
    await house.join(HANA)
    before = await house.linked_once(HANA)

    house.correct(HANA, email="hana.tanaka@mail.test")
    house.clock.move(days=2)
    await house.tick()
    await house.settled()
    after = await house.status(HANA)

    assert after["linked"]
    assert after["profile_id"] == before["profile_id"]
