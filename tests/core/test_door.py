"""Rows 4 and 6 to 10; rows 1 and 2 are answered before there is a claim."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from marketing_agent.core.blocked import BlockList, BlockReason
from marketing_agent.core.door import (
    Admitted,
    Door,
    Gate,
    RawSignals,
    Refused,
    Repaired,
    verdict_at_the_door,
)
from marketing_agent.core.match import MatchRule
from marketing_agent.core.signals import (
    EmailAddress,
    Flaw,
    PhoneNumber,
    Repair,
    SignalHash,
    SignalKind,
)

EMAIL, PHONE = SignalKind.EMAIL, SignalKind.PHONE
BOTH = Door(rule=MatchRule.BOTH, region="JP")
EITHER = Door(rule=MatchRule.EITHER, region="JP")
ONLY_EMAIL = replace(EITHER, asks=frozenset({EMAIL}))

GOOD_EMAIL = EmailAddress("hana.sato@mail.test")
GOOD_PHONE = PhoneNumber("+819000000012")
ADMITTED = Admitted(email=GOOD_EMAIL, phone=GOOD_PHONE)

texts = st.text(st.characters(exclude_categories=()), max_size=40)
emails = texts | st.sampled_from(
    ["", GOOD_EMAIL, "a@example.com", "None", "x y@b.test"]
)
phones = texts | st.sampled_from(
    ["", GOOD_PHONE, "0000000000", "{{ p }}", " 81900000012"]
)
raws = st.builds(RawSignals, email=st.none() | emails, phone=st.none() | phones)


def raw(email: str | None = GOOD_EMAIL, phone: str | None = GOOD_PHONE) -> RawSignals:
    """Bring two good signals, except those named."""
    return RawSignals(email=email, phone=phone)


@pytest.mark.parametrize("door", [BOTH, EITHER])
def test_two_good_signals_are_admitted(door: Door) -> None:
    """Both rules admit a claim that brings both signals."""
    assert verdict_at_the_door(raw(), door) == ADMITTED


def test_row_04_a_removed_setting_refuses_everything() -> None:
    """A QR code that was deleted refuses before any value is looked at."""
    door = replace(BOTH, setting_exists=False)

    expected = Refused(row=4, why=Gate.SETTING_REMOVED)
    assert verdict_at_the_door(raw(), door) == expected
    assert verdict_at_the_door(raw(email="{{ email }}"), door) == expected


def test_row_06_an_unfilled_merge_variable_is_named() -> None:
    """An unrendered template is told from an empty value, and comes before one."""
    verdict = verdict_at_the_door(raw(email="", phone="{{ person.phone }}"), BOTH)

    assert verdict == Refused(row=6, why=Flaw.UNRENDERED, kind=PHONE)


def test_row_07_nothing_falls_back_to_one_signal() -> None:
    """Where both are required, a good email does not make up for a missing phone."""
    expected = Refused(row=7, why=Flaw.EMPTY, kind=PHONE)

    assert verdict_at_the_door(raw(phone=""), BOTH) == expected
    assert verdict_at_the_door(raw(phone=None), BOTH) == expected
    narrower = replace(BOTH, asks=frozenset({EMAIL}))
    assert verdict_at_the_door(raw(phone=""), narrower) == expected


@pytest.mark.parametrize("door", [BOTH, EITHER])
def test_row_07_no_signal_at_all_is_nobodys_fault(door: Door) -> None:
    """A link without any value names no signal as the one at fault."""
    expected = Refused(row=7, why=Gate.NO_SIGNAL)

    assert verdict_at_the_door(raw(email="", phone=None), door) == expected


def test_row_07_a_code_that_names_one_signal_reads_no_other() -> None:
    """A phone in the link of a QR code that asks for the email is not used."""
    assert verdict_at_the_door(raw(), ONLY_EMAIL) == Admitted(email=GOOD_EMAIL)
    expected = Refused(row=7, why=Flaw.EMPTY, kind=EMAIL)
    assert verdict_at_the_door(raw(email=""), ONLY_EMAIL) == expected


def test_row_08_an_unreadable_value_refuses_where_both_are_required() -> None:
    """A phone that is none refuses the claim and is named."""
    verdict = verdict_at_the_door(raw(phone="abc"), BOTH)

    assert verdict == Refused(row=8, why=Flaw.NOT_A_PHONE, kind=PHONE)


def test_row_08_one_usable_signal_is_enough_for_a_form() -> None:
    """An unreadable phone contradicts nothing: the email counts, the phone is shown."""
    ignored = Refused(row=8, why=Flaw.NOT_A_PHONE, kind=PHONE)

    verdict = verdict_at_the_door(raw(phone="abc"), EITHER)
    assert verdict == Admitted(email=GOOD_EMAIL, ignored=(ignored,))
    assert verdict_at_the_door(raw(email="", phone="abc"), EITHER) == ignored


@pytest.mark.parametrize(
    ("email", "phone", "kind", "why"),
    [
        ("test@test.com", GOOD_PHONE, EMAIL, BlockReason.TEST_ADDRESS),
        ("a@example.com", GOOD_PHONE, EMAIL, BlockReason.RESERVED_DOMAIN),
        ("redacted.1@mail.test", GOOD_PHONE, EMAIL, BlockReason.REDACTED_ADDRESS),
        (GOOD_EMAIL, "0000000000", PHONE, BlockReason.PLACEHOLDER_NUMBER),
        (GOOD_EMAIL, "090-0000-0000", PHONE, BlockReason.PLACEHOLDER_NUMBER),
    ],
)
def test_row_09_values_of_nobody_are_refused(
    email: str, phone: str, kind: SignalKind, why: BlockReason
) -> None:
    """A shared or test value is refused as such, whichever signal it is."""
    verdict = verdict_at_the_door(raw(email, phone), BOTH)

    assert verdict == Refused(row=9, why=why, kind=kind)


def test_row_09_a_merchants_hashes_are_compared() -> None:
    """A value that a merchant listed as a hash is refused without its plain text."""
    door = replace(
        BOTH,
        blocks=BlockList(hashes=frozenset({SignalHash(f"email:{GOOD_EMAIL}")})),
        hash_signal=lambda kind, value: SignalHash(f"{kind}:{value}"),
    )

    expected = Refused(row=9, why=BlockReason.MERCHANT_LIST, kind=EMAIL)
    assert verdict_at_the_door(raw(), door) == expected


def test_row_10_repairs_are_reported_per_signal() -> None:
    """A repaired claim is admitted like a clean one, and says what was repaired."""
    verdict = verdict_at_the_door(
        raw("\uff48ana.sato@mail.test", " 819000000012"), BOTH
    )

    repairs = (
        Repaired(kind=EMAIL, repair=Repair.FULL_WIDTH),
        Repaired(kind=PHONE, repair=Repair.SPACE_FOR_PLUS),
    )
    assert verdict == replace(ADMITTED, repairs=repairs)


def test_codes_are_distinct_and_can_be_stored() -> None:
    """No two codes share a text, so a refusal survives being written and read."""
    codes = [*Gate, *Flaw, *BlockReason]
    stored = TypeAdapter(Refused)

    assert len({str(code) for code in codes}) == len(codes)
    for code in codes:
        refused = Refused(row=8, why=code, kind=PHONE)
        again = stored.validate_json(stored.dump_json(refused))
        assert (again, type(again.why)) == (refused, type(code))


@settings(max_examples=300, deadline=None)
@given(raw=raws)
def test_both_never_admits_one(raw: RawSignals) -> None:
    """No text raises, and a claim that needs both is admitted only with both."""
    match verdict_at_the_door(raw, BOTH):
        case Admitted(email=email, phone=phone, ignored=ignored):
            assert email is not None
            assert phone is not None
            assert ignored == ()
        case Refused(row=row):
            assert row in {6, 7, 8, 9}


@settings(max_examples=300, deadline=None)
@given(raw=raws, asks=st.frozensets(st.sampled_from(SignalKind)))
def test_either_admits_what_is_usable(
    raw: RawSignals, asks: frozenset[SignalKind]
) -> None:
    """Each signal is judged for itself: admitted together as each would be alone."""
    alone = [
        verdict_at_the_door(raw, replace(EITHER, asks=frozenset({kind})))
        for kind in (EMAIL, PHONE)
        if kind in asks
    ]
    usable = [each for each in alone if isinstance(each, Admitted)]

    match verdict_at_the_door(raw, replace(EITHER, asks=asks)):
        case Admitted(email=email, phone=phone):
            admitted = [each.email or each.phone for each in usable]
            assert [value for value in (email, phone) if value] == admitted
        case Refused():
            assert not usable
