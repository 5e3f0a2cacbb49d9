"""What a sweep knows at one moment, apart from links and claims."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from marketing_agent.core.attempts import Attempt, Position, is_confirmed, position
from marketing_agent.core.facts import Gone

if TYPE_CHECKING:
    from marketing_agent.core.facts import (
        Claim,
        Confirmation,
        Erased,
        Fact,
        FactKey,
        FormId,
        FriendChange,
        Returned,
        Unlink,
    )
    from marketing_agent.core.signals import LineUserId, ProfileId


@dataclass(slots=True)
class Knowledge:
    """Friendship, confirmations, and the decisions that bar claims."""

    friends: dict[LineUserId, FriendChange] = field(default_factory=dict)
    confirmations: dict[tuple[FormId, ProfileId], list[Confirmation]] = field(
        default_factory=dict
    )
    presence: dict[ProfileId, Gone | Returned] = field(default_factory=dict)
    merged: dict[ProfileId, ProfileId] = field(default_factory=dict)
    """Profiles that are gone, and the one that survived them."""
    contested: set[ProfileId] = field(default_factory=set)
    """Gone profiles whose survivor belongs to another LINE user."""
    unlinks: dict[FactKey, Unlink] = field(default_factory=dict)
    """Those that ended a link."""
    unlinked: dict[tuple[LineUserId, ProfileId], Unlink] = field(default_factory=dict)
    """Pairs that the merchant unlinked; only a pin lifts that."""
    withdrawn: dict[LineUserId, Unlink | Erased] = field(default_factory=dict)
    """Customers who unlinked or were erased; only a newer login lifts that."""
    kept: dict[tuple[LineUserId, ProfileId], Position] = field(default_factory=dict)
    closed: dict[LineUserId | ProfileId, list[Fact]] = field(default_factory=dict)
    """The decisions on each end; each ended the open claims older than itself."""

    def learn_friendship(self, change: FriendChange) -> bool:
        """Whether this is news: the change with the latest `at` holds."""
        return _learn(self.friends, change.line_user, change)

    def learn_presence(self, change: Gone | Returned) -> bool:
        """Whether this is news: a profile is gone until a *later* successful read."""
        return _learn(self.presence, change.profile, change)

    def is_gone(self, profile: ProfileId) -> bool:
        """Whether the latest reading says so."""
        return isinstance(self.presence.get(profile), Gone)

    def withdraw(self, fact: Unlink | Erased) -> None:
        """Bar this customer's claims that were made before `fact`."""
        _learn(self.withdrawn, fact.line_user, fact)

    def close(self, cause: Fact, *ends: LineUserId | ProfileId) -> None:
        """Remember a decision on these ends."""
        for end in ends:
            self.closed.setdefault(end, []).append(cause)

    def is_friend(self, line_user: LineUserId) -> bool:
        """Whether the latest change says so."""
        change = self.friends.get(line_user)
        return change is not None and change.is_friend

    def is_confirmed(self, attempt: Attempt) -> bool:
        """Whether nothing is required, or the form's webhook named the candidate."""
        claim, candidate = attempt.claim, attempt.candidate
        if claim is None or claim.confirmed_by is None:
            return True
        if candidate is None:
            return False
        known = self.confirmations.get((claim.confirmed_by, candidate), ())
        return is_confirmed(attempt, known)

    def is_ready(self, attempt: Attempt) -> bool:
        """Whether an open claim has everything that it needs."""
        claim = attempt.claim
        return (
            claim is not None
            and attempt.open
            and attempt.candidate is not None
            and self.is_friend(claim.line_user)
            and self.is_confirmed(attempt)
        )

    def consents(self, claim: Claim) -> bool:
        """A customer's own unlink is lifted only by their newer login."""
        withdrawn = self.withdrawn.get(claim.line_user)
        return withdrawn is None or (claim.login and claim.at > withdrawn.at)

    def closing(self, attempt: Attempt) -> Fact | None:
        """The first decision that ended this claim before it could complete."""
        claim = attempt.claim
        if claim is None:
            return None
        ends: list[LineUserId | ProfileId] = [claim.line_user]
        if attempt.candidate is not None:
            ends.append(attempt.candidate)
        decisions = (each for end in ends for each in self.closed.get(end, ()))
        newer = [each for each in decisions if position(each) > position(claim)]
        return min(newer, key=position, default=None)


FactT = TypeVar("FactT", bound="Fact")
KeyT = TypeVar("KeyT", bound=str)


def _learn(known: dict[KeyT, FactT], key: KeyT, fact: FactT) -> bool:
    """Keep the fact with the latest `at`, whichever was stored first."""
    before = known.get(key)
    if before is not None and (before.at, before.key) > (fact.at, fact.key):
        return False
    known[key] = fact
    return True
