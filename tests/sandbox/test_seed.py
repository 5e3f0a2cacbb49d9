"""The demo's personas are pretend people."""

from __future__ import annotations

import phonenumbers

from marketing_agent.sandbox.line.accounts import USER_ID
from marketing_agent.sandbox.seed import PERSONAS, line_user_id


def test_personas_are_six_different_people() -> None:
    """No two share a key, an address, a phone or a LINE user."""
    for values in (
        {each.key for each in PERSONAS},
        {each.email for each in PERSONAS},
        {each.phone for each in PERSONAS},
        {each.line_user_id for each in PERSONAS},
    ):
        assert len(values) == 6


def test_nobody_real_can_be_reached() -> None:
    """Addresses are of reserved domains; phones parse as possible numbers."""
    for each in PERSONAS:
        number = phonenumbers.parse(each.phone)
        assert each.email.endswith(".test")
        assert phonenumbers.is_possible_number(number)
        assert phonenumbers.format_number(number, 0) == each.phone


def test_line_user_ids_are_stable_and_well_formed() -> None:
    """The same person has the same ID in every run."""
    assert all(USER_ID.fullmatch(each.line_user_id) for each in PERSONAS)
    assert PERSONAS[0].line_user_id == line_user_id("hana")
