"""Dice that throw single facts: who, what and when, but not in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

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
    import random

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
class FactDice:
    """One small world, and every kind of fact about it.

    A fact's `stored` is set when it is told; until then it is only a placeholder.
    """

    dice: random.Random
    line_users: list[LineUserId] = field(init=False)
    profiles: list[ProfileId] = field(init=False)
    now: datetime = START
    made: int = 0
    told: list[Fact] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    pairs: list[tuple[LineUserId, ProfileId]] = field(default_factory=list)
    """What something has named: where things collide."""

    def __post_init__(self) -> None:
        self.line_users = [line_user(n) for n in range(self.dice.randint(2, 5))]
        self.profiles = [profile(n) for n in range(self.dice.randint(2, 5))]

    def _new(self, kind: str) -> tuple[FactKey, datetime]:
        """A key that no other fact has, and that sorts anywhere among them."""
        self.made += 1
        at = self.now - timedelta(minutes=self.dice.choice(DELAYS))
        return FactKey(f"{self.dice.randrange(100):02}-{kind}-{self.made}"), at

    def pair(self) -> tuple[LineUserId, ProfileId]:
        """Prefer a pair that something has named: that is where things collide."""
        if self.pairs and self.dice.random() < 0.8:
            return self.dice.choice(self.pairs)
        return self.dice.choice(self.line_users), self.dice.choice(self.profiles)

    def _gone_pair(self) -> tuple[LineUserId, ProfileId]:
        gone = {fact.profile for fact in self.told if isinstance(fact, Gone)}
        pairs = [pair for pair in self.pairs if pair[1] in gone]
        return self.dice.choice(pairs) if pairs else self.pair()

    def follow(self, user: LineUserId) -> FriendChange:
        """A LINE user adds the account."""
        key, at = self._new("follow")
        return FriendChange(key=key, at=at, stored=at, line_user=user, is_friend=True)

    def friend_change(self) -> FriendChange:
        """Someone adds the account, or blocks it."""
        key, at = self._new("friend")
        return FriendChange(
            key=key,
            at=at,
            stored=at,
            line_user=self.dice.choice(self.line_users),
            is_friend=self.dice.random() < 0.6,
        )

    def login(self, method: Method) -> Claim:
        """A claim by QR code, form or auto-link; some are refused at the door."""
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

    def sighting(self) -> Claim:
        """An import sees a LINE User ID, sometimes on two profiles."""
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

    def lookup(self, claim: Claim) -> Lookup:
        """Klaviyo answers, more often than not with a profile."""
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

    def confirmation(self, claim: Claim, named: ProfileId) -> Confirmation:
        """A webhook, around both edges of its window."""
        key, _ = self._new("webhook")
        hours = self.dice.choice((-1, 0, 0.1, 0.1, 1, 23, 24, 24.5))
        at = (claim.submitted or claim.at) + timedelta(hours=hours)
        form = claim.confirmed_by or self.dice.choice(FORMS)
        return Confirmation(key=key, at=at, stored=at, form=form, profile=named)

    def stray_confirmation(self) -> Confirmation:
        """A webhook for a profile that may not be meant."""
        return self.confirmation(self.dice.choice(self.claims), self.pair()[1])

    def another_lookup(self) -> Lookup:
        """One more answer for an earlier claim."""
        return self.lookup(self.dice.choice(self.claims))

    def stop(self) -> Stopped:
        """An earlier claim is stopped."""
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

    def pin(self) -> Pin:
        """The merchant links two by hand, or tries to."""
        key, at = self._new("pin")
        user, named = self.pair()
        return Pin(key=key, at=at, stored=at, line_user=user, profile=named)

    def unlink(self) -> Unlink:
        """A customer or the merchant unlinks, or tries to."""
        key, at = self._new("unlink")
        user, named = self.pair()
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

    def keep(self) -> Keep:
        """The merchant leaves a held pair as it is."""
        key, at = self._new("keep")
        user, named = self.pair()
        back = self.dice.random() < 0.3
        return Keep(
            key=key, at=at, stored=at, line_user=user, profile=named, taken_back=back
        )

    def gone(self) -> Gone:
        """A profile answers 404."""
        key, at = self._new("gone")
        return Gone(key=key, at=at, stored=at, profile=self.pair()[1])

    def returned(self) -> Returned:
        """A profile that was gone is read again, where there is one."""
        key, at = self._new("returned")
        return Returned(key=key, at=at, stored=at, profile=self._gone_pair()[1])

    def merged(self) -> Merged:
        """A gone profile has been merged into another, where there is one."""
        key, at = self._new("merged")
        user, named = self._gone_pair()
        into = self.dice.choice([each for each in self.profiles if each != named])
        return Merged(
            key=key, at=at, stored=at, line_user=user, profile=named, into=into
        )

    def erased(self) -> Erased:
        """Someone asks to be forgotten."""
        key, at = self._new("erased")
        user, named = self.pair()
        told = named if self.dice.random() < 0.5 else None
        return Erased(key=key, at=at, stored=at, line_user=user, profile=told)

    def _rarely(self) -> bool:
        return self.dice.random() < 0.05
