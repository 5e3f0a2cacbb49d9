"""Klaviyo down, slow, throttling or with another key: nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.sandbox.klaviyo.faults import Answer, Close, Fault, Slow, Throttle
from marketing_agent.services import connections
from tests.house import HANA, KENTA, eventually

if TYPE_CHECKING:
    from marketing_agent.sandbox.klaviyo.faults import Effect
    from tests.house import House


async def refused(house: House, method: str) -> None:
    """Wait until Klaviyo was asked in vain."""

    async def look() -> bool:
        return bool(house.stage.klaviyo.calls.all(on=method))

    await eventually(look)


@pytest.mark.parametrize(
    "effect",
    [
        pytest.param(Close(), id="down"),
        pytest.param(Answer(500), id="500"),
        pytest.param(Throttle(1), id="429"),
    ],
)
async def test_when_klaviyo_is_back_the_customer_is_linked(
    house: House, effect: Effect
) -> None:
    """The customer is through at once; the link comes when Klaviyo is back."""
    await house.email_everyone()
    klaviyo = house.stage.klaviyo
    klaviyo.faults.add(Fault(effect=effect))

    done = await house.join(HANA)
    await refused(house, "GET /api/profiles")
    waiting = await house.stands(HANA, "waiting_lookup")
    klaviyo.faults.clear()
    klaviyo.limits.lift()
    await house.caught_up()

    assert done.title == "All done"
    assert waiting["attempts"][0]["reason"].startswith("Klaviyo has not answered yet")
    await house.linked_once(HANA)


@pytest.mark.parametrize("call", ["PATCH /api/profiles", "POST /api/events"])
async def test_a_write_back_that_fails_is_made_up_for(house: House, call: str) -> None:
    """Linked here at once, shown as pending, and told to Klaviyo once it listens."""
    await house.email_everyone()
    house.stage.klaviyo.faults.answer(500, on=call)

    await house.join(HANA)
    await refused(house, call)
    pending = await house.stands(HANA, "linked")
    house.stage.klaviyo.faults.clear()
    await house.caught_up()

    assert pending["sync_pending"]
    await house.linked_once(HANA)


async def test_a_short_throttling_is_waited_for(house: House) -> None:
    """429 with Retry-After: 1 delays the link by a second and nobody has to act."""
    await house.email_everyone()
    house.stage.klaviyo.faults.throttle(1, on="GET /api/profiles", times=1)

    await house.join(HANA)

    await house.linked_once(HANA)


async def test_a_slow_klaviyo_keeps_no_customer_waiting(house: House) -> None:
    """The customer's pages never ask Klaviyo, however long it takes."""
    await house.email_everyone()
    house.stage.klaviyo.faults.add(Fault(effect=Slow(1.0)))

    done = await house.join(HANA)
    asked = len(house.stage.klaviyo.calls.all())

    assert done.title == "All done"
    assert asked <= len(house.stage.klaviyo.calls.all())
    await house.linked_once(HANA)


async def test_one_customers_trouble_does_not_hold_up_another(house: House) -> None:
    """A profile that Klaviyo refuses to change blocks nobody else's write-back."""
    await house.email_everyone()
    klaviyo = house.stage.klaviyo
    klaviyo.faults.answer(400, on=f"PATCH /api/profiles/{house.profile_id(HANA)}")

    await house.join(HANA)
    await house.join(KENTA)

    await house.linked_once(KENTA)


async def test_a_rotated_key_is_asked_for_and_everything_goes_on(house: House) -> None:
    """With the old key nothing is lost; with the new one everyone is linked."""
    await house.email_everyone()
    klaviyo = house.stage.klaviyo
    klaviyo.private_key = "pk_sandbox_rotated"
    await house.join(HANA)
    await house.join(KENTA)
    await refused(house, "GET /api/profiles")
    setup = await house.read("check_setup")

    ground = house.program.ground
    await connections.connect_klaviyo(ground, house.merchant_id, klaviyo.private_key)
    await house.caught_up()

    states = {each["what"]: each["state"] for each in setup["checks"]}
    assert states["account"] == "failed"
    await house.linked_once(HANA)
    await house.linked_once(KENTA)


async def test_an_unlink_while_klaviyo_is_down_is_told_later(house: House) -> None:
    """The merchant's unlink holds at once; the property goes when Klaviyo is back."""
    await house.email_everyone()
    await house.join(HANA)
    await house.linked_once(HANA)
    house.stage.klaviyo.faults.close()

    await house.write("unlink_friend", {"line_user_id": HANA.line_user_id})
    info = await house.stands(HANA, "unlinked")
    house.stage.klaviyo.faults.clear()
    await house.caught_up()

    assert not info["linked"]
    assert house.line_property(HANA) is None


async def test_a_profile_that_is_gone_at_the_write_back_blocks_nobody(
    house: House,
) -> None:
    """Deleted between link and write-back: the next customer is told all the same."""
    await house.email_everyone()
    klaviyo, gone = house.stage.klaviyo, house.profile_id(HANA)
    klaviyo.faults.hang(on=f"GET /api/profiles/{gone}", times=1)
    await house.join(HANA)
    await house.stands(HANA, "linked")
    klaviyo.delete(gone)
    klaviyo.faults.clear()

    await house.join(KENTA)

    await house.linked_once(KENTA)
