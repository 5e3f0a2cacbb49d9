"""Whether both LINE channels belong together: only a real login can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    at_time,
    counted,
)

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence, LoginSeen

NAME: Final = "line_login"
PROVIDER: Final = "line_provider"
"""The name where logins work, and yet something speaks against the provider."""


def check(evidence: Evidence) -> list[Finding]:
    """Whoever logged in has to be known to the Messaging API channel."""
    line = evidence.line
    if line is None or line.webhook is None:
        return []
    if line.login is not None:
        return [_of(line.login)]
    says = (
        "Nobody has logged in yet. Whether both channels share a provider and LINE "
        "Login is published, only a login with a real phone can tell."
    )
    fix = "Open one of your own linking URLs on your phone and log in once."
    return [Finding(check=NAME, state=FindingState.UNKNOWN, says=says, fix=fix)]


def _of(login: LoginSeen) -> Finding:
    shown = (at_time("last login", login.at), counted("people", login.people))
    match login.same_provider:
        case True:
            says = "LINE Login works, and both channels share a provider."
            state = FindingState.OK
            return Finding(check=NAME, state=state, says=says, evidence=shown)
        case False:
            state = FindingState.PROBLEM
            says = (
                "The LINE Login channel and the Messaging API channel belong to "
                "different providers: the same person has another LINE User ID in each."
            )
            fix = (
                "Make a LINE Login channel in the provider of the Messaging API "
                "channel, link the account to it, and connect that one. A channel "
                "cannot be moved."
            )
        case None if not login.people:
            says = "LINE did not answer, so the last login proves nothing now."
            state, fix = FindingState.UNKNOWN, "Try again in a minute."
        case None:
            state = FindingState.DOUBT
            says = (
                "LINE Login works, but the Messaging API channel knows nobody who "
                "logged in. They have not added the account as a friend, or the two "
                "channels belong to different providers."
            )
            fix = (
                "Log in once with a phone that has the account as a friend. If this "
                "stays, compare the providers of both channels in the LINE console."
            )
    return Finding(check=PROVIDER, state=state, says=says, evidence=shown, fix=fix)
