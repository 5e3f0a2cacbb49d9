"""What happens to claims that have everything they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.core.attempts import Attempt, Attempts, confirms, is_confirmed
from marketing_agent.core.facts import Claim, Erased, Fact, FactKey, Gone, Method
from marketing_agent.core.links import Link
from marketing_agent.core.outcomes import Outcome, OutcomeCode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from marketing_agent.core.knowledge import Knowledge
    from marketing_agent.core.link_book import LinkBook
    from marketing_agent.core.signals import LineUserId, ProfileId


@dataclass(frozen=True, slots=True)
class Completion:
    """Links complete claims whose ends are free and holds the others for good."""

    attempts: Attempts
    known: Knowledge
    book: LinkBook

    def end_closed(self, attempts: Iterable[Attempt]) -> None:
        """Decide every open claim that a decision on one of its ends has ended."""
        for attempt in attempts:
            closing = self.known.closing(attempt) if attempt.open else None
            if closing is not None:
                attempt.decided = _closed_outcome(attempt, closing)

    def of(self, attempts: Iterable[Attempt], cause: Fact) -> None:
        """Decide every claim that `cause` was the last missing part of."""
        ready: dict[LineUserId, list[Attempt]] = {}
        for attempt in attempts:
            if attempt.claim is not None and self.known.is_ready(attempt):
                ready.setdefault(attempt.claim.line_user, []).append(attempt)
        rivals = [
            each for group in ready.values() for each in group if self._rival(each)
        ]
        for attempt in rivals:
            attempt.settle(OutcomeCode.CONFLICT, 39, cause.stored)
        for line_user in sorted(ready):
            self._decide([each for each in ready[line_user] if each.open], cause)

    def _rival(self, attempt: Attempt) -> bool:
        """Whether another LINE user claims the profile that one webhook named."""
        claim, candidate = attempt.claim, attempt.candidate
        if claim is None or candidate is None or claim.confirmed_by is None:
            return False
        naming = self.known.confirmations[claim.confirmed_by, candidate]
        shared = [each for each in naming if confirms(each, attempt)]
        return any(
            other.claim is not None
            and other.claim.line_user != claim.line_user
            and other.stopped is None
            and self.known.closing(other) is None
            and is_confirmed(other, shared)
            for other in self.attempts.at(candidate)
        )

    def _decide(self, ready: list[Attempt], cause: Fact) -> None:
        """Decide complete claims of one LINE user."""
        standing = [each for each in ready if not self._is_barred(each, cause)]
        standing.sort(key=_newest_login_first)
        if len({each.candidate for each in standing}) > 1 and not self._is_linked(
            standing[0]
        ):
            standing = _hold_all_but_the_winner(standing, cause)
        for attempt in standing:
            self._link_or_hold(attempt, cause)

    def _is_linked(self, attempt: Attempt) -> bool:
        assert attempt.claim is not None
        return attempt.claim.line_user in self.book.of_line_user

    def _is_barred(self, attempt: Attempt, cause: Fact) -> bool:
        """Settle a complete claim that may not link, whoever is free."""
        claim, candidate = attempt.claim, attempt.candidate
        assert claim is not None
        assert candidate is not None
        now = cause.stored
        if claim.expires is not None and now > claim.expires:
            attempt.settle(OutcomeCode.EXPIRED, 5, now)
        elif self.known.is_gone(candidate):
            attempt.settle(OutcomeCode.PROFILE_GONE, 24, now)
        elif (claim.line_user, candidate) in self.known.unlinked:
            attempt.settle(OutcomeCode.SUPPRESSED, 26, now, detail="merchant")
        elif not self.known.consents(claim):
            attempt.settle(OutcomeCode.SUPPRESSED, 26, now, detail="customer")
        return attempt.decided is not None

    def _link_or_hold(self, attempt: Attempt, cause: Fact) -> None:
        claim, profile = attempt.claim, attempt.candidate
        assert claim is not None
        assert profile is not None
        mine = self.book.of_line_user.get(claim.line_user)
        theirs = self.book.of_profile.get(profile)
        if mine is not None and mine.profile == profile:
            self.book.strengthen(mine, attempt.evidence)
            attempt.link = mine.made_by
            attempt.settle(OutcomeCode.ALREADY_LINKED, 27, cause.stored)
        elif mine is not None or theirs is not None:
            row = 35 if mine and theirs else 33 if mine else 31
            attempt.settle(OutcomeCode.CONFLICT, row, cause.stored)
        elif claim.seen_on > 1:
            _hold_sighting(attempt, claim.seen_on, cause)
        else:
            self._link(attempt, claim, profile, cause)

    def _link(
        self, attempt: Attempt, claim: Claim, profile: ProfileId, cause: Fact
    ) -> None:
        self.known.withdrawn.pop(claim.line_user, None)
        link = Link(
            made_by=claim.key,
            line_user=claim.line_user,
            profile=profile,
            method=claim.method,
            evidence=attempt.evidence,
            matched_by=attempt.matched_by,
            since=cause.stored,
        )
        self.book.add(link, cause)
        attempt.link = link.made_by
        by = "+".join(sorted(attempt.matched_by)) or "line_user_id"
        attempt.settle(OutcomeCode.LINKED, 28, cause.stored, detail=by)


def _closed_outcome(attempt: Attempt, closing: Fact) -> Outcome:
    """A claim that a decision ended before it could complete."""
    match closing:
        case Gone(profile=profile) if profile == attempt.candidate:
            return attempt.outcome(OutcomeCode.PROFILE_GONE, 24, closing.stored)
        case Erased(line_user=line_user) if line_user == attempt.line_user:
            return attempt.outcome(OutcomeCode.ERASED, 44, closing.stored)
        case _:
            return attempt.outcome(
                OutcomeCode.DECIDED_OTHERWISE, 48, closing.stored, detail="decided"
            )


def _newest_login_first(attempt: Attempt) -> tuple[bool, int, float, FactKey]:
    """A doubtful sighting comes last: it may meet the link of a better one."""
    claim = attempt.claim
    assert claim is not None
    return (not claim.login, claim.seen_on, -claim.at.timestamp(), claim.key)


def _hold_all_but_the_winner(standing: list[Attempt], cause: Fact) -> list[Attempt]:
    """One fact completed claims on several profiles: the newest login wins."""
    first = standing[0]
    assert first.claim is not None
    winner = first.candidate if first.claim.login else None
    sighted = {each.candidate for each in standing if _is_sighting(each)}
    for attempt in standing:
        if winner is None and _is_sighting(attempt) and len(sighted) > 1:
            _hold_sighting(attempt, len(sighted), cause)
        elif attempt.candidate != winner:
            detail = "several" if winner is None else "newer"
            attempt.settle(OutcomeCode.CONFLICT, 33, cause.stored, detail=detail)
    return [each for each in standing if each.open]


def _is_sighting(attempt: Attempt) -> bool:
    return attempt.claim is not None and attempt.claim.method is Method.IMPORT


def _hold_sighting(attempt: Attempt, profiles: int, cause: Fact) -> None:
    attempt.settle(OutcomeCode.CONFLICT, 36, cause.stored, profiles=profiles)
