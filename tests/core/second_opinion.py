"""The rules of linking a second time: naive, slow, and written from the specification.

At every moment everything is worked out again from all facts stored up to then. It
shares no code with `resolve`, so that the two cannot share a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from marketing_agent.core.facts import (
    Claim,
    Confirmation,
    Decider,
    Erased,
    Fact,
    FactKey,
    FriendChange,
    Gone,
    Lookup,
    Merged,
    Pin,
    Returned,
    Stopped,
    Unlink,
)
from marketing_agent.core.match import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from marketing_agent.core.signals import LineUserId, ProfileId

FactT = TypeVar("FactT", bound=Fact)
DAY = timedelta(hours=24)


@dataclass(slots=True)
class SecondOpinion:
    """Reads facts one by one; `links` and `fates` are what follows from them."""

    past: list[Fact] = field(default_factory=list)
    links: dict[LineUserId, ProfileId] = field(default_factory=dict)
    behind: dict[FactKey, LineUserId] = field(default_factory=dict)
    """Claims that stand behind a live link, and whose it is."""
    held: set[FactKey] = field(default_factory=set)
    ended: set[FactKey] = field(default_factory=set)
    refused: set[FactKey] = field(default_factory=set)
    """Decisions that changed nothing."""
    closings: list[tuple[Fact, set[str]]] = field(default_factory=list)
    lifted: dict[LineUserId, int] = field(default_factory=dict)
    """How much of the past a customer's own unlink no longer reaches back into."""
    barred: set[tuple[LineUserId, ProfileId]] = field(default_factory=set)

    def read(self, fact: Fact) -> None:
        """Take the next fact by (`stored`, key); a repeat changes nothing."""
        if any(each.key == fact.key for each in self.past):
            return
        news = not isinstance(fact, Gone) or not self._is_stale(fact)
        self.past.append(fact)
        if isinstance(fact, Pin | Unlink | Merged | Gone | Erased) and news:
            self._decide(fact)
        self._complete(fact)

    def fate(self, claim: Claim) -> str:
        """Say where a claim stands: open, linked, held or ended."""
        if claim.key in self.behind:
            return "linked"
        if claim.key in self.held:
            linked = self.links.get(claim.line_user)
            same = linked is not None and linked == self._candidate(claim)
            return "linked" if same else "held"
        over = claim.key in self.ended or self._is_stopped(claim)
        return "ended" if over or self._is_closed(claim) else "open"

    def is_suspended(self, user: LineUserId) -> bool:
        """Tell whether this LINE user's linked profile is gone."""
        return self._is_gone(self.links[user])

    # The world, as the past tells it.

    def _all(self, kind: type[FactT]) -> list[FactT]:
        return [fact for fact in self.past if isinstance(fact, kind)]

    def _is_friend(self, user: LineUserId) -> bool:
        changes = [e for e in self._all(FriendChange) if e.line_user == user]
        return bool(changes) and _latest(changes).is_friend

    def _is_gone(self, profile: ProfileId) -> bool:
        gone = [e for e in self._all(Gone) if e.profile == profile]
        back = [e for e in self._all(Returned) if e.profile == profile]
        return isinstance(_latest([*gone, *back]), Gone) if gone else False

    def _is_stale(self, fact: Gone) -> bool:
        back = [e for e in self._all(Returned) if e.profile == fact.profile]
        gone = [e for e in self._all(Gone) if e.profile == fact.profile]
        return bool(back or gone) and _latest([*back, *gone, fact]) is not fact

    def _candidate(self, claim: Claim) -> ProfileId | None:
        named = [
            e.verdict.profile
            for e in self._all(Lookup)
            if e.claim == claim.key and isinstance(e.verdict, Candidate)
        ]
        return claim.profile or (named[0] if named else None)

    def _webhooks(self, claim: Claim) -> list[Confirmation]:
        since = claim.submitted or claim.at
        return [
            e
            for e in self._all(Confirmation)
            if e.form == claim.confirmed_by
            and e.profile == self._candidate(claim)
            and since <= e.at <= since + DAY
        ]

    def _is_complete(self, claim: Claim) -> bool:
        confirmed = claim.confirmed_by is None or bool(self._webhooks(claim))
        named = self._candidate(claim) is not None
        return named and confirmed and self._is_friend(claim.line_user)

    def _is_stopped(self, claim: Claim) -> bool:
        stops = any(e.claim == claim.key for e in self._all(Stopped))
        return claim.refused is not None or (stops and not self._is_decided(claim))

    def _is_decided(self, claim: Claim) -> bool:
        return claim.key in {*self.behind, *self.held, *self.ended}

    def _is_closed(self, claim: Claim) -> bool:
        ends = {str(claim.line_user), str(self._candidate(claim))}
        return any(
            _place(cause) > _place(claim) and ends & closed
            for cause, closed in self.closings
        )

    # Decisions.

    def _decide(self, fact: Pin | Unlink | Merged | Gone | Erased) -> None:
        match fact:
            case Pin(line_user=user, profile=profile):
                self._pin(fact, user, profile)
            case Unlink(line_user=user):
                self._unlink(fact, user)
            case Merged(line_user=user, profile=profile, into=into):
                free = into not in self.links.values() and not self._is_gone(into)
                mine = self.links.get(user) == profile
                if mine and free and (user, into) not in self.barred:
                    self.links[user] = into
                else:
                    self.refused.add(fact.key)
            case Gone(profile=profile):
                owners = {u for u, p in self.links.items() if p == profile}
                self.closings.append((fact, {profile, *owners}))
            case Erased(line_user=user, profile=named):
                self.closings.append((fact, {user}))
                if user in self.links and named in {None, self.links[user]}:
                    self.closings.append((fact, {self.links[user]}))
                    self._end_link(user)

    def _pin(self, fact: Fact, user: LineUserId, profile: ProfileId) -> None:
        already = self.links.get(user) == profile
        free = user not in self.links and profile not in self.links.values()
        possible = free and self._is_friend(user) and not self._is_gone(profile)
        if not already and not possible:
            self.refused.add(fact.key)
            return
        self.links[user] = profile
        self.closings.append((fact, {user, profile}))
        self.barred.discard((user, profile))
        self.lifted[user] = len(self.past)

    def _unlink(self, fact: Unlink, user: LineUserId) -> None:
        linked = self.links.get(user)
        if fact.by is Decider.CUSTOMER:
            self.closings.append((fact, {user}))
        if linked is None or fact.profile not in {None, linked}:
            self.refused.add(fact.key)
            return
        if fact.by is Decider.MERCHANT:
            self.barred.add((user, linked))
        self.closings.append((fact, {user, linked}))
        self._end_link(user)

    def _end_link(self, user: LineUserId) -> None:
        del self.links[user]
        over = {claim for claim, owner in self.behind.items() if owner == user}
        self.ended |= over
        self.behind = {c: u for c, u in self.behind.items() if c not in over}

    # Completion.

    def _complete(self, cause: Fact) -> None:
        fresh = [
            claim
            for claim in self._all(Claim)
            if self.fate(claim) == "open" and self._is_complete(claim)
        ]
        contested = [claim for claim in fresh if self._has_rival(claim)]
        self.held |= {claim.key for claim in contested}
        over = [
            claim
            for claim in fresh
            if claim not in contested and self._is_over(claim, cause)
        ]
        self.ended |= {claim.key for claim in over}
        left = [claim for claim in fresh if claim not in over + contested]
        for user in {claim.line_user for claim in left}:
            self._link([claim for claim in left if claim.line_user == user])

    def _has_rival(self, claim: Claim) -> bool:
        """Two LINE users that one webhook of one form confirms are both held."""
        mine = {each.key for each in self._webhooks(claim)}
        return claim.confirmed_by is not None and any(
            other.line_user != claim.line_user
            and mine & {each.key for each in self._webhooks(other)}
            and not any(stop.claim == other.key for stop in self._all(Stopped))
            and not self._is_closed(other)
            for other in self._all(Claim)
            if other.confirmed_by == claim.confirmed_by
        )

    def _is_over(self, claim: Claim, cause: Fact) -> bool:
        candidate = self._candidate(claim)
        late = claim.expires is not None and cause.stored > claim.expires
        barred = (claim.line_user, candidate) in self.barred
        gone = candidate is not None and self._is_gone(candidate)
        unwilling = self._has_withdrawn(claim)
        return late or barred or gone or unwilling

    def _has_withdrawn(self, claim: Claim) -> bool:
        since = self.past[self.lifted.get(claim.line_user, 0) :]
        return any(
            fact.line_user == claim.line_user
            and (isinstance(fact, Erased) or fact.by is Decider.CUSTOMER)
            and not (claim.login and claim.at > fact.at)
            for fact in since
            if isinstance(fact, Unlink | Erased)
        )

    def _link(self, claims: list[Claim]) -> None:
        """Link or hold complete claims of one LINE user that nothing bars."""
        user = claims[0].line_user
        wanted = {self._candidate(claim) for claim in claims}
        if user not in self.links:
            profile = self._winner(claims, wanted)
            if profile is not None and profile not in self.links.values():
                self.links[user] = profile
                self.lifted[user] = len(self.past)
        for claim in claims:
            if self.links.get(user) == self._candidate(claim):
                self.behind[claim.key] = user
            else:
                self.held.add(claim.key)

    def _winner(
        self, claims: list[Claim], wanted: set[ProfileId | None]
    ) -> ProfileId | None:
        logins = [claim for claim in claims if claim.login]
        if len(wanted) > 1 and not logins:
            return None
        if len(wanted) > 1:
            newest = max(claim.at for claim in logins)
            first = min(claim.key for claim in logins if claim.at == newest)
            (claims,) = [[claim] for claim in logins if claim.key == first]
        alone = all(claim.seen_on > 1 for claim in claims)
        return None if alone else self._candidate(claims[0])


def _latest(facts: Iterable[FactT]) -> FactT:
    return max(facts, key=lambda fact: (fact.at, fact.key))


def _place(fact: Fact) -> tuple[object, ...]:
    return (fact.stored, fact.key)
