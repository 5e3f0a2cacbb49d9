"""Random histories of facts, realistic and hostile; one seed gives one history.

Worlds are small, so that claims collide. A claim's parts are told in any order, late,
more than once, or never; ends, forms and fact keys are the same at both merchants.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from marketing_agent.core.facts import Decider, Fact, Lookup, Method
from marketing_agent.core.match import Candidate
from marketing_agent.core.signals import ProfileId, SignalKind
from tests.core.fact_dice import FORMS, PAUSES, FactDice

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class Teller(FactDice):
    """Makes up one history, fact by fact."""

    pending: list[Fact] = field(default_factory=list)

    def history(self, length: int) -> list[Fact]:
        """Tell this many facts, in the order in which they are stored."""
        for each in self.line_users:
            if self.dice.random() < 0.8:
                self.pending.append(self.follow(each))
        while len(self.told) < length:
            if self.pending and self.dice.random() < 0.6:
                self._tell(self.pending.pop(self.dice.randrange(len(self.pending))))
            elif not self.claims or self.dice.random() < 0.5:
                self.pending += self.dice.choice(_STORIES)(self)
            else:
                self._tell(self.dice.choice(_HAPPENINGS)(self))
        return self.told

    def _tell(self, fact: Fact) -> None:
        self.now += timedelta(minutes=self.dice.choice(PAUSES))
        self.told.append(replace(fact, stored=self.now))
        if self.dice.random() < 0.04:
            self.pending.append(fact)

    def _claim_with_parts(self) -> list[Fact]:
        method = self.dice.choice(tuple(Method)[:4])
        claim = self.sighting() if method is Method.IMPORT else self.login(method)
        self.claims.append(claim)
        parts: list[Fact] = [claim]
        named = claim.profile
        if named is None:
            looked = [
                self.lookup(claim) for _ in range(self.dice.choice((0, 1, 1, 1, 2, 3)))
            ]
            parts += looked
            named = _first_named(looked)
        if named is not None:
            self.pairs.append((claim.line_user, named))
            if claim.confirmed_by is not None:
                parts.append(self.confirmation(claim, named))
        return parts

    def _rivalry(self) -> list[Fact]:
        """One form is submitted twice as one profile, mostly by two LINE users."""
        named, form = self.dice.choice(self.profiles), self.dice.choice(FORMS)
        found = Candidate(row=13, profile=named, by=frozenset({SignalKind.EMAIL}))
        first, second = (
            replace(self.login(Method.FORM_LINKAGE), confirmed_by=form, line_user=user)
            for user in self.dice.choices(self.line_users, k=2)
        )
        self.claims += [first, second]
        self.pairs += [(first.line_user, named), (second.line_user, named)]
        looked = [replace(self.lookup(each), verdict=found) for each in (first, second)]
        return [first, second, *looked, self.confirmation(first, named)]

    def _reunion(self) -> list[Fact]:
        """Tell at once how a merge would undo what the merchant took apart."""
        user = self.dice.choice(self.line_users)
        old, new = self.dice.sample(self.profiles, 2)
        self._tell(self.follow(user))
        for told in (
            replace(self.pin(), line_user=user, profile=new),
            replace(self.unlink(), line_user=user, profile=new, by=Decider.MERCHANT),
            replace(self.pin(), line_user=user, profile=old),
            replace(self.merged(), line_user=user, profile=old, into=new),
        ):
            self._tell(told)
        return []

    def _homecoming(self) -> list[Fact]:
        """Tell at once several claims of someone who is not a friend just then."""
        user = self.dice.choice(self.line_users)
        self._tell(replace(self.follow(user), is_friend=False, at=self.now))
        methods = (Method.QR_LINK, Method.AUTO_LINK, Method.IMPORT)
        for method in self.dice.choices(methods, k=3):
            told = self.sighting() if method is Method.IMPORT else self.login(method)
            claim = replace(told, line_user=user)
            self._tell(claim)
            self._tell(self.lookup(claim))
        return [replace(self.follow(user), at=self.now)]

    def _collision(self) -> list[Fact]:
        """Tell at once how two linked profiles turn out to be one."""
        first, second = self.dice.sample(self.line_users, 2)
        old, new = self.dice.sample(self.profiles, 2)
        sighting = replace(self.sighting(), line_user=first, profile=old, seen_on=1)
        for told in (
            self.follow(first),
            self.follow(second),
            sighting,
            replace(self.pin(), line_user=second, profile=new),
            replace(self.gone(), profile=old),
            replace(self.merged(), line_user=first, profile=old, into=new),
        ):
            self._tell(told)
        return []


def _first_named(looked: list[Lookup]) -> ProfileId | None:
    named = [e.verdict.profile for e in looked if isinstance(e.verdict, Candidate)]
    return named[0] if named else None


_STORIES: Final = (
    *(Teller._claim_with_parts,) * 24,
    *(Teller._rivalry,) * 2,
    Teller._reunion,
    Teller._collision,
    Teller._homecoming,
)
_HAPPENINGS: Final[tuple[Callable[[Teller], Fact], ...]] = (
    *(Teller.friend_change,) * 6,
    *(Teller.another_lookup,) * 2,
    Teller.stray_confirmation,
    *(Teller.stop,) * 2,
    *(Teller.pin,) * 5,
    *(Teller.unlink,) * 7,
    *(Teller.keep,) * 3,
    *(Teller.gone,) * 2,
    *(Teller.returned,) * 2,
    *(Teller.merged,) * 2,
    Teller.erased,
)


@dataclass(frozen=True, slots=True)
class Case:
    """Two merchants who know the same people under the same keys."""

    seed: int
    merchant: list[Fact]
    neighbour: list[Fact]


def case(seed: int) -> Case:
    """Both histories of one seed; most are short, since short ones collide enough."""
    dice = random.Random(seed)  # noqa: S311 - dice, not a secret
    lengths = [dice.choice((6, 10, 10, 14, 20, 40)) for _ in range(2)]
    mine, theirs = (Teller(dice).history(length) for length in lengths)
    return Case(seed=seed, merchant=mine, neighbour=theirs)


@st.composite
def histories(draw: st.DrawFn, longest: int = 16) -> list[Fact]:
    """Wrap the teller for Hypothesis, which shrinks what it finds."""
    dice = draw(st.randoms(use_true_random=False))
    return Teller(dice).history(draw(st.integers(min_value=1, max_value=longest)))
