"""`resolve` against random histories, two merchants in every case.

The same checks run over more seeds with `python -m benchmarks.histories --core`.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings

from marketing_agent.core.facts import (
    Claim,
    Evidence,
    Fact,
    FactKey,
    FriendChange,
    Lookup,
    Method,
)
from marketing_agent.core.links import ChangeKind
from marketing_agent.core.match import (
    Candidate,
    MatchRule,
    MatchVerdict,
    SeenProfile,
    WantedSignals,
    match,
)
from marketing_agent.core.outcomes import OutcomeCode, Refusal
from marketing_agent.core.resolve import resolve
from marketing_agent.core.signals import SignalHash
from tests.core.fact_dice import line_user, profile
from tests.core.histories import case, histories
from tests.core.invariants import check_case, check_history
from tests.core.story import HANA, P, Story, minutes

EACH = 500
"""`python -m benchmarks.histories --core N` tries many more."""


@pytest.mark.parametrize("start", range(0, 2_000, EACH))
def test_random_histories_keep_every_invariant(start: int) -> None:
    """I1 to I6 as design section 5 amends them; the seed is in the failure."""
    for seed in range(start, start + EACH):
        try:
            check_case(case(seed))
        except AssertionError as broken:
            broken.add_note(f"python -m benchmarks.histories --seed {seed}")
            raise


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(history=histories())
def test_a_history_that_hypothesis_can_shrink(history: list[Fact]) -> None:
    """The same checks, for a small counterexample where there is one."""
    check_history(history, resolve(history), seed=0)


def test_the_histories_reach_everything_that_can_happen() -> None:
    """A generator that never gets somewhere would prove nothing about it."""
    results = [resolve(case(seed).merchant) for seed in range(1500)]
    codes = {o.code for result in results for o in result.outcomes.values()}
    kinds = {change.kind for result in results for change in result.changes}
    refusals = set(chain.from_iterable(r.decisions.values() for r in results))
    assert codes == set(OutcomeCode)
    assert kinds == set(ChangeKind)
    assert refusals == {*Refusal, None}


def test_the_generator_repeats_itself_for_a_seed() -> None:
    """A seed that failed anywhere fails everywhere."""
    assert case(7) == case(7)
    assert case(7).merchant != case(7).neighbour


def test_two_merchants_are_kept_apart_before_resolve_not_by_it() -> None:
    """Facts carry no merchant: who mixes two merchants' facts gets another answer.

    So isolation is the storage's promise (a merchant in every key and every query),
    and what `check_case` proves is that `resolve` remembers nothing between calls.
    """
    cases = [case(seed) for seed in range(50)]
    mixed = [resolve([*told.merchant, *told.neighbour]) for told in cases]
    alone = [resolve(told.merchant) for told in cases]
    differs = [one != other for one, other in zip(mixed, alone, strict=True)]
    assert sum(differs) > 40


def test_facts_in_batches_end_like_facts_at_once() -> None:
    """Adding facts to stored ones, in any batches, is resolving all of them."""
    for seed in range(300):
        history = case(seed).merchant
        dice = random.Random(seed)  # noqa: S311 - dice, not a secret
        stored: list[Fact] = []
        left = list(history)
        while left:
            size = dice.randint(1, len(left))
            stored, left = [*left[:size], *stored], left[size:]
            result = resolve(stored)
        assert result == resolve(history)


def test_a_repeat_keeps_the_fact_that_was_stored_first() -> None:
    """A repeat that tells another time, later, does not rewrite history."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    story.unlinks(HANA)
    once = story.result()
    claim = story.facts[1]
    again = replace(claim, at=minutes(500), stored=minutes(600))
    assert resolve([again, *story.facts]) == once


def test_both_signals_never_link_unless_one_profile_carries_both() -> None:
    """I4: from what Klaviyo showed through `match` to the link, nothing falls back."""
    linked = 0
    for seed in range(3_000):
        dice = random.Random(seed)  # noqa: S311 - dice, not a secret
        wanted = WantedSignals(email=SignalHash("e1"), phone=SignalHash("p1"))
        seen = [_seen(dice) for _ in range(dice.randint(0, 4))]
        late = timedelta(minutes=dice.choice((0, 10, 15, 600)))
        verdict = match(MatchRule.BOTH, wanted, seen, looked_after=late)
        links = resolve(_facts(seed, wanted, verdict)).links
        carriers = {e.profile for e in seen if (e.email, e.phone) == ("e1", "p1")}
        assert {link.profile for link in links} <= carriers
        assert bool(links) is (len(carriers) == 1)
        assert isinstance(verdict, Candidate) is bool(links)
        linked += len(links)
    assert linked > 100


def _seen(dice: random.Random) -> SeenProfile:
    email, phone = dice.choice(("e1", "e2", None)), dice.choice(("p1", "p2", None))
    return SeenProfile(
        profile=profile(dice.randrange(4)),
        email=None if email is None else SignalHash(email),
        phone=None if phone is None else SignalHash(phone),
    )


def _facts(seed: int, wanted: WantedSignals, verdict: MatchVerdict) -> list[Fact]:
    user = line_user(seed)
    moment = minutes(0)
    claim = Claim(
        key=FactKey("claim"),
        at=moment,
        stored=moment,
        line_user=user,
        method=Method.QR_LINK,
        evidence=Evidence.BOTH_SIGNALS,
        signals=wanted,
        login=True,
    )
    follow = FriendChange(
        key=FactKey("follow"), at=moment, stored=moment, line_user=user, is_friend=True
    )
    lookup = Lookup(
        key=FactKey("lookup"),
        at=moment,
        stored=moment,
        claim=claim.key,
        line_user=user,
        verdict=verdict,
    )
    return [claim, follow, lookup]
