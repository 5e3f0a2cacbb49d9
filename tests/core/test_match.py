"""Rows 12 to 22 and 25."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing_agent.core.match import (
    SETTLING,
    Ambiguous,
    Candidate,
    MatchRule,
    MatchVerdict,
    Mismatch,
    NamedBy,
    NoProfile,
    SeenProfile,
    TooEarly,
    WantedSignals,
    match,
)
from marketing_agent.core.signals import ProfileId, SignalHash, SignalKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

BOTH, EITHER = MatchRule.BOTH, MatchRule.EITHER
E, F, OTHER = SignalHash("e"), SignalHash("f"), SignalHash("other")
P, Q, R = ProfileId("P"), ProfileId("Q"), ProfileId("R")
BY_EMAIL, BY_PHONE = frozenset({SignalKind.EMAIL}), frozenset({SignalKind.PHONE})
BY_BOTH = BY_EMAIL | BY_PHONE

ONE = WantedSignals(email=E)
TWO = WantedSignals(email=E, phone=F)


def seen(
    profile: ProfileId,
    email: SignalHash | None = None,
    phone: SignalHash | None = None,
) -> SeenProfile:
    """Show a profile as Klaviyo would."""
    return SeenProfile(profile=profile, email=email, phone=phone)


def says(
    rule: MatchRule,
    wanted: WantedSignals,
    *profiles: SeenProfile,
    named: ProfileId | None = None,
    looked_after: timedelta = SETTLING,
) -> MatchVerdict:
    """Judge a settled lookup, unless it came earlier."""
    return match(
        rule,
        wanted,
        profiles,
        named=named,
        named_by=None if named is None else NamedBy.KX,
        looked_after=looked_after,
    )


def test_row_12_one_signal_that_nobody_has() -> None:
    """A profile that Klaviyo returned without the wanted value is nobody."""
    assert says(EITHER, ONE) == NoProfile(row=12)
    assert says(EITHER, ONE, seen(P, OTHER, F)) == NoProfile(row=12)


def test_row_13_one_signal_and_one_profile() -> None:
    """One signal names its profile, whatever else that profile carries."""
    expected = Candidate(row=13, profile=P, by=BY_EMAIL)

    assert says(EITHER, ONE, seen(P, E, OTHER)) == expected


def test_row_14_one_signal_and_many_profiles() -> None:
    """A shared signal names nobody."""
    expected = Ambiguous(row=14, profiles=(P, Q))

    assert says(EITHER, ONE, seen(Q, E), seen(P, E)) == expected
    assert says(EITHER, TWO, seen(P, E, OTHER), seen(Q, E)) == expected


@pytest.mark.parametrize("rule", [BOTH, EITHER])
def test_row_15_both_signals_on_one_profile(rule: MatchRule) -> None:
    """One profile with both is named, and for a form without waiting."""
    expected = Candidate(row=15, profile=P, by=BY_BOTH)

    assert says(rule, TWO, seen(P, E, F), looked_after=timedelta(0)) == expected


@pytest.mark.parametrize("rule", [BOTH, EITHER])
def test_row_16_each_signal_on_its_own_profile(rule: MatchRule) -> None:
    """Two signals of two people are refused."""
    expected = Mismatch(row=16, email_profiles=(P,), phone_profiles=(Q,))

    assert says(rule, TWO, seen(P, E), seen(Q, phone=F)) == expected


def test_row_17_only_the_email_is_found() -> None:
    """Both required: another phone or none on that profile refuses."""
    expected = Mismatch(row=17, email_profiles=(P,))

    assert says(BOTH, TWO, seen(P, E)) == expected
    assert says(BOTH, TWO, seen(P, E, OTHER)) == expected


def test_row_17_a_form_is_refused_only_by_a_different_phone() -> None:
    """Either is enough: a different phone is held, a missing one is no hindrance."""
    different = Mismatch(row=17, email_profiles=(P,))
    missing = Candidate(row=13, profile=P, by=BY_EMAIL)

    assert says(EITHER, TWO, seen(P, E, OTHER)) == different
    assert says(EITHER, TWO, seen(P, E)) == missing


def test_row_18_only_the_phone_is_found() -> None:
    """Both required: another email or none on that profile refuses."""
    expected = Mismatch(row=18, phone_profiles=(P,))

    assert says(BOTH, TWO, seen(P, phone=F)) == expected
    assert says(BOTH, TWO, seen(P, OTHER, F)) == expected


def test_row_18_a_form_is_refused_only_by_a_different_email() -> None:
    """Either is enough: a different email is held, a missing one is no hindrance."""
    different = Mismatch(row=18, phone_profiles=(P,))
    missing = Candidate(row=13, profile=P, by=BY_PHONE)

    assert says(EITHER, TWO, seen(P, OTHER, F)) == different
    assert says(EITHER, TWO, seen(P, phone=F)) == missing


@pytest.mark.parametrize("rule", [BOTH, EITHER])
def test_row_19_neither_signal_is_found(rule: MatchRule) -> None:
    """Two signals that nobody has wait for a profile."""
    assert says(rule, TWO, seen(P, OTHER, OTHER)) == NoProfile(row=19)


@pytest.mark.parametrize("rule", [BOTH, EITHER])
def test_row_20_one_of_several_carries_both(rule: MatchRule) -> None:
    """A family's shared phone does not hide the one profile with both."""
    expected = Candidate(row=20, profile=P, by=BY_BOTH)

    assert says(rule, TWO, seen(P, E, F), seen(Q, OTHER, F)) == expected


@pytest.mark.parametrize("rule", [BOTH, EITHER])
def test_row_21_several_carry_both(rule: MatchRule) -> None:
    """Duplicates in Klaviyo are for the merchant to settle."""
    expected = Ambiguous(row=21, profiles=(P, Q))

    assert says(rule, TWO, seen(P, E, F), seen(Q, E, F)) == expected


def test_row_22_the_link_names_someone_else() -> None:
    """A named profile that the signals do not find is a forwarded or edited link."""
    found = Mismatch(row=22, email_profiles=(Q,), named=P)

    assert says(EITHER, ONE, seen(Q, E), named=P) == found
    assert says(EITHER, ONE, named=P) == Mismatch(row=22, named=P)
    several = says(EITHER, ONE, seen(Q, E), seen(R, E), named=P)
    assert several == Mismatch(row=22, email_profiles=(Q, R), named=P)
    assert says(BOTH, TWO, named=P) == Mismatch(row=22, named=P)


def test_row_22_an_agreeing_name_is_kept_as_evidence() -> None:
    """A named profile that the signals find too is a candidate, and says by what."""
    expected = Candidate(row=13, profile=P, by=BY_EMAIL, named_by=NamedBy.KX)

    assert says(EITHER, ONE, seen(P, E), named=P) == expected


def test_row_22_a_name_settles_no_doubt() -> None:
    """A name picks nobody out of several, and overrules no mismatch."""
    several = Ambiguous(row=14, profiles=(P, Q))

    assert says(EITHER, ONE, seen(P, E), seen(Q, E), named=P) == several
    assert says(BOTH, TWO, seen(P, E), named=P) == Mismatch(row=17, email_profiles=(P,))


def test_row_25_a_suppressed_profile_is_a_candidate_with_a_flag() -> None:
    """Unsubscribed people link like others, and the merchant is told."""
    suppressed = SeenProfile(profile=P, email=E, phone=F, suppressed=True)
    expected = Candidate(row=25, profile=P, by=BY_BOTH, suppressed=True)

    assert says(BOTH, TWO, suppressed) == expected


@pytest.mark.parametrize(
    ("profile", "row"),
    [(seen(P, E), 17), (seen(P, E, OTHER), 17), (seen(P, None, F), 18)],
)
def test_half_a_find_is_too_early_for_fifteen_minutes(
    profile: SeenProfile, row: int
) -> None:
    """A form's values reach Klaviyo's index late, so half of them decide nothing."""
    before = SETTLING - timedelta(microseconds=1)

    assert says(EITHER, TWO, profile, looked_after=before) == TooEarly(row=row)
    assert not isinstance(says(EITHER, TWO, profile), TooEarly)


def test_auto_link_does_not_wait() -> None:
    """Where no form was submitted, half a find is decided by the first lookup."""
    verdict = match(
        EITHER, TWO, [seen(P, E)], looked_after=timedelta(0), settling=timedelta(0)
    )

    assert verdict == Candidate(row=13, profile=P, by=BY_EMAIL)


def test_two_readings_of_one_profile_do_not_add_up() -> None:
    """A profile that changed between two reads never carried both at once."""
    expected = Mismatch(row=16, email_profiles=(P,), phone_profiles=(P,))

    assert says(BOTH, TWO, seen(P, E, None), seen(P, OTHER, F)) == expected


hashes = st.sampled_from([None, E, F, OTHER])
signals = st.builds(WantedSignals, email=hashes, phone=hashes)
profiles = st.lists(
    st.builds(
        SeenProfile,
        profile=st.sampled_from([P, Q, R]),
        email=hashes,
        phone=hashes,
        suppressed=st.booleans(),
    ),
    max_size=5,
)
names = st.sampled_from([None, P, Q])
waits = st.sampled_from([timedelta(0), SETTLING])


def carries_both(wanted: WantedSignals, each: SeenProfile) -> bool:
    """Tell whether this one reading has both wanted values."""
    both = (each.email, each.phone) == (wanted.email, wanted.phone)
    return both and None not in {each.email, each.phone}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MatchRule), signals, profiles, names, waits, st.randoms())
def test_order_and_repetition_never_matter(
    rule: MatchRule,
    wanted: WantedSignals,
    first: Sequence[SeenProfile],
    named: ProfileId | None,
    waited: timedelta,
    random: Random,
) -> None:
    """The same profiles shuffled and repeated give the same verdict."""
    again = [*first, *first[:2]]
    random.shuffle(again)

    expected = says(rule, wanted, *first, named=named, looked_after=waited)
    assert says(rule, wanted, *again, named=named, looked_after=waited) == expected


@settings(max_examples=300, deadline=None)
@given(signals, profiles, names, waits)
def test_both_never_falls_back_to_one(
    wanted: WantedSignals,
    shown: Sequence[SeenProfile],
    named: ProfileId | None,
    waited: timedelta,
) -> None:
    """Whatever is seen, a candidate of the both rule carried both in one reading."""
    carriers = {each.profile for each in shown if carries_both(wanted, each)}

    match says(BOTH, wanted, *shown, named=named, looked_after=waited):
        case Candidate(profile=profile, by=by):
            assert carriers == {profile}
            assert by == BY_BOTH
        case TooEarly():
            pytest.fail("both required: there is nothing to wait for")
        case Ambiguous(profiles=several):
            assert set(several) == carriers
        case NoProfile() | Mismatch():
            assert not carriers or named not in carriers | {None}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MatchRule), signals, profiles, names, waits)
def test_a_candidate_carries_what_it_is_named_by_and_nothing_else(
    rule: MatchRule,
    wanted: WantedSignals,
    shown: Sequence[SeenProfile],
    named: ProfileId | None,
    waited: timedelta,
) -> None:
    """A candidate has the signals it was found by, and is never another than named."""
    verdict = says(rule, wanted, *shown, named=named, looked_after=waited)
    if not isinstance(verdict, Candidate):
        return
    readings = [each for each in shown if each.profile == verdict.profile]

    assert named in {None, verdict.profile}
    assert verdict.by
    for kind in verdict.by:
        value = getattr(wanted, kind)
        assert value is not None
        assert any(getattr(each, kind) == value for each in readings)
