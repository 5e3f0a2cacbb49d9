"""Whether anybody has come with the profile's email address or phone number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.diagnosis.findings import Finding, FindingState, Seen

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence, ProfileSeen

_NAME: Final = "profile_attempts"


def check(evidence: Evidence) -> list[Finding]:
    """Linked, to whom; or what became of those who tried; or that nobody did."""
    profile = evidence.profile
    if profile is None or profile.found.answer is not Answer.YES:
        return []
    if profile.linked_to is not None:
        return [_linked(profile, evidence)]
    return [_unlinked(profile)] if profile.email.usable or profile.phone.usable else []


def _linked(profile: ProfileSeen, evidence: Evidence) -> Finding:
    friend = evidence.friend
    shown = (Seen(what="linked to", value=str(profile.linked_to)),)
    if friend is None or friend.line_user == profile.linked_to:
        says = "The profile is linked."
        state = FindingState.OK
        return Finding(check=_NAME, state=state, says=says, evidence=shown)
    return Finding(
        check=_NAME,
        state=FindingState.PROBLEM,
        says="The profile is linked to another friend already.",
        evidence=shown,
        fix="Unlink that friend if the link is wrong, or decide in the review list.",
    )


def _unlinked(profile: ProfileSeen) -> Finding:
    best = profile.best
    if best is None:
        return Finding(
            check=_NAME,
            state=FindingState.PROBLEM,
            says="No LINE login has come with this profile's email address or phone "
            "number.",
            fix="Send the customer an email with a custom QR code: they have to open "
            "it and log in to LINE.",
        )
    return Finding(
        check=_NAME,
        state=FindingState.PROBLEM,
        says=best.reason,
        evidence=(
            Seen(what="friend", value=best.line_user),
            Seen(what="outcome", value=best.code.value),
        ),
        fix=best.next_step or "Nothing to do.",
    )
