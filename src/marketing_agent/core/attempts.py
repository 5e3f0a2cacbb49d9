"""One claim while the sweep runs: the parts it has, and what it still needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from marketing_agent.core.facts import (
    Claim,
    Evidence,
    Fact,
    FactKey,
    Lookup,
    Method,
    Stopped,
    StopReason,
)
from marketing_agent.core.match import (
    Ambiguous,
    Candidate,
    Mismatch,
    NamedBy,
    NoProfile,
    TooEarly,
)
from marketing_agent.core.outcomes import Outcome, OutcomeCode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from marketing_agent.core.door import Refused
    from marketing_agent.core.facts import Confirmation
    from marketing_agent.core.signals import LineUserId, ProfileId, SignalKind

CONFIRMATION_WINDOW = timedelta(hours=24)
"""A flow's webhook confirms a submission that is at most this old."""

Position = tuple["datetime", FactKey]
"""Where a fact stands in the order of precedence."""


def position(fact: Fact) -> Position:
    """The place of `fact` in the sweep."""
    return (fact.stored, fact.key)


@dataclass(slots=True)
class Attempt:
    """The parts of one claim, gathered in whatever order they arrive."""

    claim: Claim | None = None
    named: Lookup | None = None
    """The first lookup that named a candidate; later ones change nothing."""
    latest: Lookup | None = None
    """The answer with the latest `at`: what a claim without a candidate shows."""
    stopped: Stopped | None = None
    decided: Outcome | None = None
    link: FactKey | None = None
    """The link that this claim made, or found already made."""

    def add_lookup(self, lookup: Lookup) -> None:
        """Keep the first candidate and the latest answer."""
        if self.latest is None or _asked(self.latest) < _asked(lookup):
            self.latest = lookup
        if self.named is None and isinstance(lookup.verdict, Candidate):
            self.named = lookup

    @property
    def open(self) -> bool:
        """Stored, and neither linked, held, ended nor refused."""
        return self.claim is not None and self.decided is None

    @property
    def line_user(self) -> LineUserId:
        """Whose claim this is."""
        return self._stored_claim().line_user

    @property
    def candidate(self) -> ProfileId | None:
        """The profile that this claim would link to."""
        if self.claim is not None and self.claim.profile is not None:
            return self.claim.profile
        if self.named is not None and isinstance(self.named.verdict, Candidate):
            return self.named.verdict.profile
        return None

    @property
    def matched_by(self) -> frozenset[SignalKind]:
        """The signals that the candidate was found by; empty for an import."""
        if self.named is not None and isinstance(self.named.verdict, Candidate):
            return self.named.verdict.by
        return frozenset()

    @property
    def evidence(self) -> Evidence:
        """The claim's own, or that of a name in the link that agreed, if stronger."""
        own = self._stored_claim().evidence
        verdict = None if self.named is None else self.named.verdict
        if not isinstance(verdict, Candidate) or verdict.named_by is None:
            return own
        return max(own, EVIDENCE_OF_A_NAME[verdict.named_by])

    def settle(
        self, code: OutcomeCode, row: int, since: datetime, **more: object
    ) -> None:
        """Decide this claim for good."""
        self.decided = self.outcome(code, row, since, **more)

    def outcome(
        self, code: OutcomeCode, row: int, since: datetime, **more: object
    ) -> Outcome:
        """An outcome about this claim and its candidate."""
        claim = self._stored_claim()
        detail = more.get("detail", "")
        profiles = more.get("profiles")
        return Outcome(
            claim=claim.key,
            line_user=claim.line_user,
            code=code,
            row=row,
            profile=self.candidate,
            detail=str(detail),
            since=since,
            numbers={} if profiles is None else {"profiles": int(str(profiles))},
        )

    def undecided(self, *, confirmed: bool) -> Outcome:
        """What an open claim is waiting for, most fundamental thing first."""
        claim = self._stored_claim()
        if self.candidate is None:
            return self._unmatched()
        if claim.confirmed_by is not None and not confirmed:
            return self.outcome(
                OutcomeCode.WAITING_CONFIRMATION, 29, claim.stored, detail="flow"
            )
        row = 37 if claim.method is Method.IMPORT else 29
        return self.outcome(OutcomeCode.WAITING_FRIEND, row, claim.stored)

    def _unmatched(self) -> Outcome:
        claim = self._stored_claim()
        if self.latest is None:
            return self.outcome(OutcomeCode.WAITING_LOOKUP, 11, claim.stored)
        since, verdict = self.latest.stored, self.latest.verdict
        match verdict:
            case NoProfile(row=row):
                return self.outcome(OutcomeCode.WAITING_PROFILE, row, since)
            case TooEarly():
                return self.outcome(
                    OutcomeCode.WAITING_PROFILE, 19, since, detail="too_early"
                )
            case Ambiguous(row=row, profiles=profiles):
                return self.outcome(
                    OutcomeCode.AMBIGUOUS, row, since, profiles=len(profiles)
                )
            case Mismatch(row=row):
                return self.outcome(OutcomeCode.MISMATCH, row, since)
            case Candidate():
                raise AssertionError("a named candidate is never unmatched")

    def _stored_claim(self) -> Claim:
        assert self.claim is not None, "only stored claims have outcomes"
        return self.claim


def _asked(lookup: Lookup) -> Position:
    return (lookup.at, lookup.key)


@dataclass(slots=True)
class Attempts:
    """All claims of a sweep by key, with the ways to find them again."""

    by_key: dict[FactKey, Attempt] = field(default_factory=dict)
    by_end: dict[LineUserId | ProfileId, list[Attempt]] = field(default_factory=dict)
    """By LINE user, once the claim is stored, and by the profile that was named."""

    def of(self, key: FactKey) -> Attempt:
        """The attempt with this claim's key, made when its first part arrives."""
        return self.by_key.setdefault(key, Attempt())

    def start(self, claim: Claim) -> Attempt:
        """Put the claim itself into its attempt."""
        attempt = self.of(claim.key)
        attempt.claim = claim
        self.by_end.setdefault(claim.line_user, []).append(attempt)
        if claim.profile is not None:
            self.by_end.setdefault(claim.profile, []).append(attempt)
        return attempt

    def look_up(self, lookup: Lookup) -> Attempt:
        """Put an answer of Klaviyo into its attempt."""
        attempt = self.of(lookup.claim)
        attempt.add_lookup(lookup)
        if isinstance(lookup.verdict, Candidate) and attempt.named is lookup:
            self.by_end.setdefault(lookup.verdict.profile, []).append(attempt)
        return attempt

    def at(self, *ends: LineUserId | ProfileId) -> list[Attempt]:
        """Claims by these LINE users or for these profiles."""
        return [each for end in ends for each in self.by_end.get(end, ())]


def is_confirmed(attempt: Attempt, confirmations: Iterable[Confirmation]) -> bool:
    """Whether a flow's webhook named this form and profile in time."""
    return any(confirms(each, attempt) for each in confirmations)


def confirms(confirmation: Confirmation, attempt: Attempt) -> bool:
    """Same form, same profile, submitted at most 24 hours before."""
    claim = attempt.claim
    if claim is None or claim.confirmed_by != confirmation.form:
        return False
    submitted = claim.submitted or claim.at
    in_time = timedelta(0) <= confirmation.at - submitted <= CONFIRMATION_WINDOW
    return in_time and attempt.candidate == confirmation.profile


EVIDENCE_OF_A_NAME: dict[NamedBy, Evidence] = {
    NamedBy.TOKEN: Evidence.LINK_TOKEN,
    NamedBy.KX: Evidence.EXCHANGE_ID,
    NamedBy.KLAVIYO_ID: Evidence.CONFIRMED_OR_KLAVIYO_ID,
}
"""What it is worth that a link named the profile that its signals led to."""

STOPPED: dict[StopReason, tuple[OutcomeCode, int]] = {
    StopReason.DECLINED: (OutcomeCode.DECLINED, 40),
    StopReason.VALUE_CHANGED: (OutcomeCode.VALUE_CHANGED, 38),
    StopReason.BLOCKED: (OutcomeCode.BLOCKED_VALUE, 9),
    StopReason.SETTING_REMOVED: (OutcomeCode.SETTING_REMOVED, 4),
}
"""How each stop is shown."""

REFUSED_AT_THE_DOOR: dict[int, OutcomeCode] = {
    4: OutcomeCode.SETTING_REMOVED,
    6: OutcomeCode.INVALID_SIGNAL,
    7: OutcomeCode.INVALID_SIGNAL,
    8: OutcomeCode.INVALID_SIGNAL,
    9: OutcomeCode.BLOCKED_VALUE,
}
"""How each refusal at the door is shown."""


def refused_outcome(attempt: Attempt, claim: Claim, refused: Refused) -> None:
    """Settle a claim that was refused before it was ever looked up."""
    kind = "" if refused.kind is None else refused.kind.value
    attempt.settle(
        REFUSED_AT_THE_DOOR[refused.row], refused.row, claim.stored, detail=kind
    )
