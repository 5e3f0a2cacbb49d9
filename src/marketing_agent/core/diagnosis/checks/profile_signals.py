"""Whether the Klaviyo profile has anything to match on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.diagnosis.findings import Finding, FindingState, Seen
from marketing_agent.core.diagnosis.questions import not_read

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import (
        Evidence,
        ProfileSeen,
        SignalSeen,
    )

_NAME: Final = "profile_signals"


def check(evidence: Evidence) -> list[Finding]:
    """A correct email address or phone number, and no shared one."""
    profile = evidence.profile
    return [] if profile is None else [_of(profile)]


def _of(profile: ProfileSeen) -> Finding:
    shown = (Seen(what="profile", value=profile.profile_id),)
    if profile.found.answer is Answer.NOT_THERE:
        return Finding(
            check=_NAME,
            state=FindingState.PROBLEM,
            says="Klaviyo has no such profile: it was deleted or merged into another.",
            evidence=shown,
            fix="Look for the customer in Klaviyo and use that profile.",
        )
    if profile.found.answer is not Answer.YES:
        return not_read(_NAME, profile.found, shown, scope="profiles:read")
    signals = (
        _shown("email address", profile.email),
        _shown("phone number", profile.phone),
    )
    state, says, fix = _judged(profile.email, profile.phone)
    evidence = (*shown, *signals)
    return Finding(check=_NAME, state=state, says=says, evidence=evidence, fix=fix)


def _judged(email: SignalSeen, phone: SignalSeen) -> tuple[FindingState, str, str]:
    if not email.there and not phone.there:
        says = "The profile has neither an email address nor a phone number."
        fix = "Add one in Klaviyo. Without a signal no comparison can be made."
        return FindingState.PROBLEM, says, fix
    if email.usable or phone.usable:
        says = "The profile has a signal to match on."
        return FindingState.OK, says, ""
    if email.blocked or phone.blocked:
        says = "The profile carries a shared or test value, which links nobody."
        fix = "Give the profile its own email address or phone number in Klaviyo."
        return FindingState.PROBLEM, says, fix
    says = "What the profile has as email address or phone number cannot be read."
    fix = "Correct it in Klaviyo; a phone number begins with + and the country."
    return FindingState.PROBLEM, says, fix


def _shown(what: str, signal: SignalSeen) -> Seen:
    value = "missing"
    if signal.there:
        value = "usable" if signal.usable else "not usable"
    if signal.blocked:
        value = "shared or test value"
    return Seen(what=what, value=value)
