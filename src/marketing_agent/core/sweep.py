"""One sweep over facts: what each kind of fact does, and where each claim ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.attempts import (
    STOPPED,
    Attempt,
    Attempts,
    position,
    refused_outcome,
)
from marketing_agent.core.completion import Completion
from marketing_agent.core.facts import (
    Claim,
    Confirmation,
    Decider,
    Erased,
    Evidence,
    Fact,
    FactKey,
    FriendChange,
    Gone,
    Keep,
    Lookup,
    Merged,
    Method,
    Pin,
    Returned,
    Stopped,
    Unlink,
)
from marketing_agent.core.knowledge import Knowledge
from marketing_agent.core.link_book import LinkBook
from marketing_agent.core.links import ChangeKind, Link
from marketing_agent.core.outcomes import Outcome, Refusal
from marketing_agent.core.standing import outcome_of

if TYPE_CHECKING:
    from marketing_agent.core.signals import LineUserId, ProfileId


class Sweep:
    """Takes facts in order of precedence; afterwards holds what follows from them."""

    def __init__(self) -> None:
        self.book = LinkBook()
        self.decisions: dict[FactKey, Refusal | None] = {}
        self.known = Knowledge()
        self.attempts = Attempts()
        self._completion = Completion(self.attempts, self.known, self.book)

    def take(self, fact: Fact) -> None:
        """Apply one fact; facts come in order of precedence."""
        match fact:
            case Claim():
                self._take_claim(fact)
            case Lookup():
                attempt = self.attempts.look_up(fact)
                self._completion.end_closed([attempt])
                self._completion.of([attempt], fact)
            case Confirmation():
                self._take_confirmation(fact)
            case FriendChange():
                self._take_friend_change(fact)
            case Stopped():
                self._take_stop(fact)
            case _:
                self._take_decision(fact)

    def _take_decision(self, fact: Fact) -> None:
        match fact:
            case Pin():
                self.decisions[fact.key] = self._take_pin(fact)
            case Unlink():
                self.decisions[fact.key] = self._take_unlink(fact)
            case Keep():
                self._take_keep(fact)
            case Gone():
                self._take_gone(fact)
            case Returned():
                self._take_returned(fact)
            case Merged():
                self.decisions[fact.key] = self._take_merge(fact)
            case Erased():
                self._take_erasure(fact)
            case _:
                raise TypeError(type(fact).__name__)

    def _take_claim(self, claim: Claim) -> None:
        attempt = self.attempts.start(claim)
        if claim.refused is not None:
            refused_outcome(attempt, claim, claim.refused)
        elif attempt.stopped is not None:
            self._stop(attempt, attempt.stopped)
        else:
            self._completion.of([attempt], claim)

    def _take_confirmation(self, fact: Confirmation) -> None:
        self.known.confirmations.setdefault((fact.form, fact.profile), []).append(fact)
        self._completion.of(self.attempts.at(fact.profile), fact)

    def _take_friend_change(self, fact: FriendChange) -> None:
        if self.known.learn_friendship(fact) and fact.is_friend:
            self._completion.of(self.attempts.at(fact.line_user), fact)

    def _take_stop(self, fact: Stopped) -> None:
        attempt = self.attempts.of(fact.claim)
        attempt.stopped = attempt.stopped or fact
        if attempt.open:
            self._stop(attempt, fact)

    def _stop(self, attempt: Attempt, fact: Stopped) -> None:
        code, row = STOPPED[fact.why]
        attempt.settle(code, row, fact.stored)

    def _take_pin(self, pin: Pin) -> Refusal | None:
        refusal = self._pin_refusal(pin)
        if refusal is not None:
            return refusal
        self.known.unlinked.pop((pin.line_user, pin.profile), None)
        self.known.withdrawn.pop(pin.line_user, None)
        self._close(pin, pin.line_user, pin.profile)
        linked = self.book.of_line_user.get(pin.line_user)
        if linked is None:
            self.book.add(_pinned(pin), pin)
        else:
            self.book.strengthen(linked, Evidence.MERCHANT)
        return None

    def _pin_refusal(self, pin: Pin) -> Refusal | None:
        linked = self.book.of_line_user.get(pin.line_user)
        if linked is not None and linked.profile == pin.profile:
            return None
        if linked is not None:
            return Refusal.LINE_USER_TAKEN
        if pin.profile in self.book.of_profile:
            return Refusal.PROFILE_TAKEN
        if self.known.is_gone(pin.profile):
            return Refusal.PROFILE_GONE
        return None if self.known.is_friend(pin.line_user) else Refusal.NOT_A_FRIEND

    def _take_unlink(self, unlink: Unlink) -> Refusal | None:
        link = self.book.of_line_user.get(unlink.line_user)
        live = link is not None and unlink.profile in {None, link.profile}
        if unlink.by is Decider.CUSTOMER:
            self.known.withdraw(unlink)
            self._close(unlink, unlink.line_user)
        if link is None or not live:
            return Refusal.NOT_LINKED
        if unlink.by is Decider.MERCHANT:
            self.known.unlinked[link.line_user, link.profile] = unlink
        self._close(unlink, link.line_user, link.profile)
        self.known.unlinks[unlink.key] = unlink
        kind = ChangeKind.REPLACED if unlink.replacing else ChangeKind.UNLINKED
        self.book.remove(link, kind, unlink)
        return None

    def _take_keep(self, fact: Keep) -> None:
        pair = (fact.line_user, fact.profile)
        if fact.taken_back:
            self.known.kept.pop(pair, None)
        else:
            self.known.kept[pair] = position(fact)

    def _take_gone(self, fact: Gone) -> None:
        if not self.known.learn_presence(fact):
            return
        self._close(fact, fact.profile)
        link = self.book.of_profile.get(fact.profile)
        if link is not None:
            self._close(fact, link.line_user)
            self.book.suspend(link, fact)

    def _take_returned(self, fact: Returned) -> None:
        if not self.known.learn_presence(fact):
            return
        self.known.merged.pop(fact.profile, None)
        self.known.contested.discard(fact.profile)
        link = self.book.of_profile.get(fact.profile)
        if link is not None:
            self.book.resume(link, fact)

    def _take_merge(self, fact: Merged) -> Refusal | None:
        link = self.book.of_line_user.get(fact.line_user)
        if link is None or link.profile != fact.profile:
            return Refusal.NOT_LINKED
        if fact.into in self.book.of_profile:
            self.known.contested.add(fact.profile)
            return Refusal.PROFILE_TAKEN
        if self.known.is_gone(fact.into):
            return Refusal.PROFILE_GONE
        if (fact.line_user, fact.into) in self.known.unlinked:
            return Refusal.UNLINKED_BEFORE
        self.known.merged[fact.profile] = fact.into
        self.book.follow(link, fact.into, fact)
        return None

    def _take_erasure(self, fact: Erased) -> None:
        self.known.withdraw(fact)
        self._close(fact, fact.line_user)
        link = self.book.of_line_user.get(fact.line_user)
        if link is not None and fact.profile in {None, link.profile}:
            self._close(fact, link.profile)
            self.book.remove(link, ChangeKind.ERASED, fact)

    def _close(self, cause: Fact, *ends: LineUserId | ProfileId) -> None:
        """End the open claims on these ends that are older than `cause`."""
        self.known.close(cause, *ends)
        self._completion.end_closed(self.attempts.at(*ends))

    def outcomes(self) -> dict[FactKey, Outcome]:
        """Where each claim stands now, by the claim's key."""
        return {
            key: outcome_of(attempt, self.known, self.book)
            for key, attempt in self.attempts.by_key.items()
            if attempt.claim is not None
        }


def _pinned(pin: Pin) -> Link:
    return Link(
        made_by=pin.key,
        line_user=pin.line_user,
        profile=pin.profile,
        method=Method.PIN,
        evidence=Evidence.MERCHANT,
        matched_by=frozenset(),
        since=pin.stored,
    )
