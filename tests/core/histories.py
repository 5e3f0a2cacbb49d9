"""Random histories of facts, realistic and hostile; one seed gives one history.

Worlds are small, so that claims collide. A claim's parts are told in any order, late,
more than once, or never; ends, forms and fact keys are the same at both merchants.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from marketing_agent.core.door import Gate, Refused
from marketing_agent.core.facts import (
    Claim,
    Confirmation,
    Decider,
    Erased,
    Evidence,
    Fact,
    FactKey,
    FormId,
    FriendChange,
    Gone,
    Keep,
    Lookup,
    Merged,
    Method,
    Pin,
    Returned,
    Stopped,
    StopReason,
    Unlink,
)
from marketing_agent.core.match import (
    Ambiguous,
    Candidate,
    MatchVerdict,
    Mismatch,
    NoProfile,
    TooEarly,
)
from marketing_agent.core.signals import Flaw, LineUserId, ProfileId, SignalKind

if TYPE_CHECKING:
    from collections.abc import Callable

START: Final = datetime(2026, 1, 5, tzinfo=UTC)
FORMS: Final = (FormId("FORM-A"), FormId("FORM-B"))
PAUSES: Final = (0, 1, 1, 1, 5, 60, 60 * 25)
"""Minutes between two stored facts; none at all is a tie."""
DELAYS: Final = (0, 0, 0, 1, 30, 300, 60 * 26)
"""Minutes between the world and the database."""


def line_user(number: int) -> LineUserId:
    """Name the LINE user with this number."""
    return LineUserId(f"U{number:032x}")


def profile(number: int) -> ProfileId:
    """Name the profile with this number."""
    return ProfileId(f"PROFILE{number}")


@dataclass(slots=True)
class Teller:
    """Makes up one history, fact by fact."""

    dice: random.Random
    line_users: list[LineUserId] = field(init=False)
    profiles: list[ProfileId] = field(init=False)
    now: datetime = START
    made: int = 0
    told: list[Fact] = field(default_factory=list)
    pending: list[Fact] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    pairs: list[tuple[LineUserId, ProfileId]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line_users = [line_user(n) for n in range(self.dice.randint(2, 5))]
        self.profiles = [profile(n) for n in range(self.dice.randint(2, 5))]

    def history(self, length: int) -> list[Fact]:
        """Tell this many facts, in the order in which they are stored."""
        for each in self.line_users:
            if self.dice.random() < 0.8:
                self.pending.append(self._follow(each))
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

    def _new(self, kind: str) -> tuple[FactKey, datetime]:
        """A key that no other fact has, and that sorts anywhere among them."""
        self.made += 1
        at = self.now - timedelta(minutes=self.dice.choice(DELAYS))
        return FactKey(f"{self.dice.randrange(100):02}-{kind}-{self.made}"), at

    def _pair(self) -> tuple[LineUserId, ProfileId]:
        """Prefer a pair that something has named: that is where things collide."""
        if self.pairs and self.dice.random() < 0.8:
            return self.dice.choice(self.pairs)
        return self.dice.choice(self.line_users), self.dice.choice(self.profiles)

    def _gone_pair(self) -> tuple[LineUserId, ProfileId]:
        gone = {fact.profile for fact in self.told if isinstance(fact, Gone)}
        pairs = [pair for pair in self.pairs if pair[1] in gone]
        return self.dice.choice(pairs) if pairs else self._pair()

    def _parted_from(self, user: LineUserId) -> set[ProfileId | None]:
        unlinks = (fact for fact in self.told if isinstance(fact, Unlink))
        return {each.profile for each in unlinks if each.line_user == user}

    def _follow(self, user: LineUserId) -> FriendChange:
        key, at = self._new("follow")
        return FriendChange(key=key, at=at, stored=at, line_user=user, is_friend=True)

    def _friend_change(self) -> FriendChange:
        key, at = self._new("friend")
        return FriendChange(
            key=key,
            at=at,
            stored=at,
            line_user=self.dice.choice(self.line_users),
            is_friend=self.dice.random() < 0.6,
        )

    def _claim_with_parts(self) -> list[Fact]:
        method = self.dice.choice(tuple(Method)[:4])
        claim = self._import() if method is Method.IMPORT else self._login(method)
        self.claims.append(claim)
        parts: list[Fact] = [claim]
        named = claim.profile
        if named is None:
            looked = [
                self._lookup(claim) for _ in range(self.dice.choice((0, 1, 1, 1, 2, 3)))
            ]
            parts += looked
            named = _first_named(looked)
        if named is not None:
            self.pairs.append((claim.line_user, named))
            if claim.confirmed_by is not None:
                parts.append(self._confirmation(claim, named))
        return parts

    def _rivalry(self) -> list[Fact]:
        """Two LINE users submit one form as the same profile."""
        named, form = self.dice.choice(self.profiles), self.dice.choice(FORMS)
        found = Candidate(row=13, profile=named, by=frozenset({SignalKind.EMAIL}))
        first, second = (
            replace(self._login(Method.FORM_LINKAGE), confirmed_by=form, line_user=user)
            for user in self.dice.sample(self.line_users, 2)
        )
        self.claims += [first, second]
        self.pairs += [(first.line_user, named), (second.line_user, named)]
        looked = [
            replace(self._lookup(each), verdict=found) for each in (first, second)
        ]
        return [first, second, *looked, self._confirmation(first, named)]

    def _login(self, method: Method) -> Claim:
        key, at = self._new("claim")
        by_login = method is not Method.AUTO_LINK
        timed = method is Method.FORM_LINKAGE and self.dice.random() < 0.6
        submitted = at - timedelta(minutes=self.dice.choice((1, 10, 60)))
        refused = Refused(row=8, why=Flaw.NOT_AN_EMAIL, kind=SignalKind.EMAIL)
        gone = Refused(row=4, why=Gate.SETTING_REMOVED)
        return Claim(
            key=key,
            at=at,
            stored=at,
            line_user=self.dice.choice(self.line_users),
            method=method,
            evidence=self.dice.choice(tuple(Evidence)[:-1]),
            refused=self.dice.choice((refused, gone)) if self._rarely() else None,
            login=by_login,
            confirmed_by=self.dice.choice(FORMS) if timed else None,
            submitted=submitted if timed and self.dice.random() < 0.8 else None,
            expires=self._expiry(at) if by_login else None,
        )

    def _expiry(self, at: datetime) -> datetime:
        return at + timedelta(minutes=self.dice.choice((90, 60 * 24 * 30)))

    def _import(self) -> Claim:
        key, at = self._new("sighting")
        return Claim(
            key=key,
            at=at,
            stored=at,
            line_user=self.dice.choice(self.line_users),
            method=Method.IMPORT,
            evidence=Evidence.STORED_LINE_USER_ID,
            profile=self.dice.choice(self.profiles),
            seen_on=self.dice.choice((1, 1, 1, 2)),
        )

    def _lookup(self, claim: Claim) -> Lookup:
        key, at = self._new("lookup")
        return Lookup(
            key=key,
            at=at,
            stored=at,
            claim=claim.key,
            line_user=claim.line_user,
            verdict=self._verdict(),
        )

    def _verdict(self) -> MatchVerdict:
        first, second = self.dice.sample(self.profiles, 2)
        by = frozenset({self.dice.choice((SignalKind.EMAIL, SignalKind.PHONE))})
        found = Candidate(row=13, profile=first, by=by)
        both = frozenset({SignalKind.EMAIL, SignalKind.PHONE})
        return self.dice.choice(
            (
                found,
                found,
                found,
                Candidate(row=15, profile=first, by=both),
                Candidate(row=25, profile=second, by=by, suppressed=True),
                NoProfile(row=self.dice.choice((12, 19))),
                Ambiguous(
                    row=self.dice.choice((14, 21)),
                    profiles=tuple(sorted((first, second))),
                ),
                Mismatch(row=self.dice.choice((16, 17, 18, 22)), named=first),
                TooEarly(row=17),
            )
        )

    def _confirmation(self, claim: Claim, named: ProfileId) -> Confirmation:
        key, _ = self._new("webhook")
        hours = self.dice.choice((-1, 0, 0.1, 0.1, 1, 23, 24, 24.5))
        at = (claim.submitted or claim.at) + timedelta(hours=hours)
        form = claim.confirmed_by or self.dice.choice(FORMS)
        return Confirmation(key=key, at=at, stored=at, form=form, profile=named)

    def _stray_confirmation(self) -> Confirmation:
        return self._confirmation(self.dice.choice(self.claims), self._pair()[1])

    def _another_lookup(self) -> Lookup:
        return self._lookup(self.dice.choice(self.claims))

    def _stop(self) -> Stopped:
        key, at = self._new("stop")
        claim = self.dice.choice(self.claims)
        return Stopped(
            key=key,
            at=at,
            stored=at,
            claim=claim.key,
            line_user=claim.line_user,
            why=self.dice.choice(tuple(StopReason)),
        )

    def _pin(self) -> Pin:
        key, at = self._new("pin")
        user, named = self._pair()
        return Pin(key=key, at=at, stored=at, line_user=user, profile=named)

    def _unlink(self) -> Unlink:
        key, at = self._new("unlink")
        user, named = self._pair()
        by = self.dice.choice(tuple(Decider))
        whatever = by is Decider.CUSTOMER and self.dice.random() < 0.7
        return Unlink(
            key=key,
            at=at,
            stored=at,
            line_user=user,
            by=by,
            profile=None if whatever else named,
            replacing=by is Decider.MERCHANT and self.dice.random() < 0.3,
        )

    def _keep(self) -> Keep:
        key, at = self._new("keep")
        user, named = self._pair()
        return Keep(key=key, at=at, stored=at, line_user=user, profile=named)

    def _gone(self) -> Gone:
        key, at = self._new("gone")
        return Gone(key=key, at=at, stored=at, profile=self._pair()[1])

    def _returned(self) -> Returned:
        key, at = self._new("returned")
        return Returned(key=key, at=at, stored=at, profile=self._gone_pair()[1])

    def _merged(self) -> Merged:
        key, at = self._new("merged")
        user, named = self._gone_pair()
        others = [each for each in self.profiles if each != named]
        parted = [each for each in others if each in self._parted_from(user)]
        into = self.dice.choice(parted or others)
        return Merged(
            key=key, at=at, stored=at, line_user=user, profile=named, into=into
        )

    def _erased(self) -> Erased:
        key, at = self._new("erased")
        user, named = self._pair()
        told = named if self.dice.random() < 0.5 else None
        return Erased(key=key, at=at, stored=at, line_user=user, profile=told)

    def _rarely(self) -> bool:
        return self.dice.random() < 0.05


def _first_named(looked: list[Lookup]) -> ProfileId | None:
    named = [e.verdict.profile for e in looked if isinstance(e.verdict, Candidate)]
    return named[0] if named else None


_STORIES: Final = (*(Teller._claim_with_parts,) * 7, Teller._rivalry)
_HAPPENINGS: Final[tuple[Callable[[Teller], Fact], ...]] = (
    *(Teller._friend_change,) * 6,
    *(Teller._another_lookup,) * 2,
    Teller._stray_confirmation,
    *(Teller._stop,) * 2,
    *(Teller._pin,) * 5,
    *(Teller._unlink,) * 7,
    *(Teller._keep,) * 3,
    *(Teller._gone,) * 2,
    *(Teller._returned,) * 2,
    *(Teller._merged,) * 2,
    Teller._erased,
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
