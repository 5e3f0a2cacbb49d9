"""The demo shop's set-up is what the four methods need, and of pretend people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import phonenumbers

from marketing_agent.sandbox.klaviyo.seeding import set_up_shop
from marketing_agent.sandbox.line.accounts import USER_ID
from marketing_agent.sandbox.seed import (
    IMPORTED,
    LINE_USER_ID_PROPERTY,
    PERSONAS,
    SYNCED,
    TROUBLED,
    VISITORS,
)

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.klaviyo import KlaviyoWorld

EVERYONE = (*PERSONAS, *IMPORTED, *TROUBLED, *VISITORS, *SYNCED)


def test_everyone_is_somebody_else_and_nobody_real() -> None:
    """No two share an address, phone or LINE user; none of them can be reached."""
    for values in (
        {each.key for each in EVERYONE},
        {each.email for each in EVERYONE},
        {each.phone for each in EVERYONE},
        {each.line_user_id for each in EVERYONE},
    ):
        assert len(values) == len(EVERYONE)
    for each in EVERYONE:
        assert each.email.endswith(".test")
        assert phonenumbers.is_possible_number(phonenumbers.parse(each.phone))


def test_the_source_segment_has_good_ids_and_troubled_ones(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Three stored IDs are their owner's; one is a double, one foreign, one none."""
    made = set_up_shop(world)

    found = api.get(f"/api/segments/{made.segment_id}/profiles").json()["data"]

    stored = {
        each["attributes"]["email"]: each["attributes"]["properties"][
            LINE_USER_ID_PROPERTY
        ]
        for each in found
    }
    assert {p.email: p.line_user_id for p in IMPORTED}.items() <= stored.items()
    mio, ren, noa = (stored[each.email] for each in TROUBLED)
    known = {each.line_user_id for each in EVERYONE}
    assert mio == IMPORTED[0].line_user_id
    assert USER_ID.fullmatch(ren)
    assert ren not in known
    assert not USER_ID.fullmatch(noa)


def test_the_form_can_be_submitted(world: KlaviyoWorld) -> None:
    """A visitor whom Klaviyo does not know becomes a profile, confirms, is listed."""
    made = set_up_shop(world, button_url="https://links.test/f/ab12cd34")
    riko = VISITORS[0]

    profile = world.submit_form(
        made.form_id, {"email": riko.email, "phone": riko.phone}
    )
    world.confirm_subscription(profile, made.list_id)

    assert profile not in made.profiles.values()
    assert world.lists.members(made.list_id).joined(profile)
