"""Short histories told by hand: who did what, in the order in which it was stored.

A minute passes between two facts. What happened in the world may be dated otherwise
with `at`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

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
from marketing_agent.core.match import Candidate, MatchVerdict
from marketing_agent.core.resolve import Resolution, resolve
from marketing_agent.core.signals import LineUserId, ProfileId, SignalKind

if TYPE_CHECKING:
    from marketing_agent.core.outcomes import Outcome

START: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
HANA: Final = LineUserId("U" + "1" * 32)
KENJI: Final = LineUserId("U" + "2" * 32)
P: Final = ProfileId("01PROFILE-P")
Q: Final = ProfileId("01PROFILE-Q")
R: Final = ProfileId("01PROFILE-R")
FORM: Final = FormId("FORM-A")
BY_EMAIL: Final = frozenset({SignalKind.EMAIL})
FactT = TypeVar("FactT", bound=Fact)


def found(profile: ProfileId) -> Candidate:
    """Say that one profile carries the email address."""
    return Candidate(row=13, profile=profile, by=BY_EMAIL)


def minutes(count: float) -> datetime:
    """Count from the start of the story."""
    return START + timedelta(minutes=count)


@dataclass(slots=True)
class Story:
    """Facts, one minute apart; every method tells one thing that happened."""

    facts: list[Fact] = field(default_factory=list)

    def tell(self, kind: type[FactT], key: str, **fields: Any) -> FactT:  # fields vary
        """Store a fact of this kind now."""
        stored = minutes(len(self.facts))
        at = fields.pop("at", stored)
        fact = kind(key=FactKey(key), at=at, stored=stored, **fields)
        self.facts.append(fact)
        return fact

    def follows(self, user: LineUserId, *, at: datetime | None = None) -> None:
        """Let this LINE user add the account."""
        self._friend(user, at, is_friend=True)

    def unfollows(self, user: LineUserId, *, at: datetime | None = None) -> None:
        """Let this LINE user block the account."""
        self._friend(user, at, is_friend=False)

    def claims(self, key: str, user: LineUserId, **fields: Any) -> None:  # fields vary
        """Let someone log in through a custom QR code, unless `fields` differ."""
        told = {"method": Method.QR_LINK, "evidence": Evidence.ONE_SIGNAL}
        self.tell(Claim, key, line_user=user, **{"login": True, **told, **fields})

    def sights(
        self, key: str, user: LineUserId, profile: ProfileId, on: int = 1
    ) -> None:
        """Import a profile that carries this LINE User ID."""
        self.claims(
            key,
            user,
            profile=profile,
            seen_on=on,
            login=False,
            method=Method.IMPORT,
            evidence=Evidence.STORED_LINE_USER_ID,
        )

    def submits(self, key: str, user: LineUserId) -> None:
        """Submit a form whose claim waits for the flow's webhook."""
        method = Method.FORM_LINKAGE
        now = minutes(len(self.facts))
        self.claims(key, user, method=method, confirmed_by=FORM, submitted=now)

    def looks_up(self, claim: str, user: LineUserId, verdict: MatchVerdict) -> None:
        """Get Klaviyo's answer for a claim."""
        key = f"lookup-{len(self.facts)}"
        told = {"claim": FactKey(claim), "line_user": user, "verdict": verdict}
        self.tell(Lookup, key, **told)

    def matches(self, claim: str, user: LineUserId, profile: ProfileId) -> None:
        """Make a claim whose lookup names this profile at once."""
        self.claims(claim, user)
        self.looks_up(claim, user, found(profile))

    def confirms(self, profile: ProfileId, *, at: datetime | None = None) -> None:
        """Let the flow's webhook name this profile."""
        now = minutes(len(self.facts))
        key = f"webhook-{len(self.facts)}"
        self.tell(Confirmation, key, at=at or now, form=FORM, profile=profile)

    def stops(self, claim: str, user: LineUserId, why: StopReason) -> None:
        """Let an open claim end."""
        key = f"stop-{len(self.facts)}"
        self.tell(Stopped, key, claim=FactKey(claim), line_user=user, why=why)

    def pins(self, user: LineUserId, profile: ProfileId) -> FactKey:
        """Let the merchant link these two by hand."""
        key = f"pin-{len(self.facts)}"
        return self.tell(Pin, key, line_user=user, profile=profile).key

    def unlinks(
        self, user: LineUserId, profile: ProfileId | None = None, **fields: Any
    ) -> FactKey:
        """Let the customer, or `by` the merchant, end a link."""
        told = {"by": Decider.CUSTOMER, "profile": profile, **fields}
        key = f"unlink-{len(self.facts)}"
        return self.tell(Unlink, key, line_user=user, **told).key

    def keeps(
        self, user: LineUserId, profile: ProfileId, *, taken_back: bool = False
    ) -> None:
        """Let the merchant leave a held pair as it is, or take that back."""
        told = {"line_user": user, "profile": profile, "taken_back": taken_back}
        self.tell(Keep, f"keep-{len(self.facts)}", **told)

    def loses(self, profile: ProfileId, *, at: datetime | None = None) -> None:
        """Let Klaviyo answer 404 for this profile, twice."""
        now = minutes(len(self.facts))
        self.tell(Gone, f"gone-{len(self.facts)}", at=at or now, profile=profile)

    def regains(self, profile: ProfileId, *, at: datetime | None = None) -> None:
        """Read a profile again that was gone."""
        now = minutes(len(self.facts))
        self.tell(Returned, f"back-{len(self.facts)}", at=at or now, profile=profile)

    def merges(self, user: LineUserId, old: ProfileId, into: ProfileId) -> FactKey:
        """Find the profile that survived a merge in Klaviyo."""
        key = f"merge-{len(self.facts)}"
        return self.tell(Merged, key, line_user=user, profile=old, into=into).key

    def forgets(self, user: LineUserId, profile: ProfileId | None = None) -> None:
        """Erase a person who asked for it."""
        self.tell(Erased, f"erased-{len(self.facts)}", line_user=user, profile=profile)

    def result(self) -> Resolution:
        """Resolve what has been told so far."""
        return resolve(self.facts)

    def pairs(self) -> set[tuple[LineUserId, ProfileId]]:
        """Say who is linked to whom."""
        return {(link.line_user, link.profile) for link in self.result().links}

    def outcome(self, claim: str) -> Outcome:
        """Say where this claim stands."""
        return self.result().outcomes[FactKey(claim)]

    def says(self, claim: str) -> tuple[str, int]:
        """Give the code and the row of this claim's outcome."""
        outcome = self.outcome(claim)
        return outcome.code.value, outcome.row

    def _friend(
        self, user: LineUserId, at: datetime | None, *, is_friend: bool
    ) -> None:
        now = minutes(len(self.facts))
        told = {"line_user": user, "is_friend": is_friend, "at": at or now}
        self.tell(FriendChange, f"friend-{len(self.facts)}", **told)
