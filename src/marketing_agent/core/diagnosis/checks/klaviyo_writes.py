"""Whether Klaviyo takes what is written to it: LINE User IDs and events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    Seen,
    at_time,
    counted,
)

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence, UnwrittenSeen

_NAME: Final = "klaviyo_writes"
_REFUSED: Final = "does not accept the credentials"
"""How `CredentialsRefused` reads, kept as text beside the change."""


def check(evidence: Evidence) -> list[Finding]:
    """One finding for each reason why changes are not in Klaviyo.

    Nothing is said for well while Klaviyo itself does not answer.
    """
    if evidence.unwritten:
        return [_of(each) for each in evidence.unwritten]
    account = None if evidence.klaviyo is None else evidence.klaviyo.account
    if account is None or account.answer is not Answer.YES:
        return []
    says = "Klaviyo takes what is written to it."
    return [Finding(check=_NAME, state=FindingState.OK, says=says)]


def _of(unwritten: UnwrittenSeen) -> Finding:
    shown = (
        Seen(what="reason", value=unwritten.why),
        counted("changes waiting", unwritten.waiting),
        counted("changes given up", unwritten.dead),
        at_time("since", unwritten.since),
    )
    if _REFUSED in unwritten.why:
        return Finding(
            check=_NAME,
            state=FindingState.PROBLEM,
            says="The Klaviyo key may not write, so linked profiles get no LINE User "
            "ID and no event.",
            evidence=shown,
            fix="Connect Klaviyo with a private key that has profiles:write and "
            "events:write. What waits is written then.",
        )
    if unwritten.waiting:
        says = "Klaviyo has not taken some changes yet. They are tried again."
        fix = "Nothing to do, unless it goes on for hours."
    else:
        says = "Klaviyo refused some changes for good."
        fix = "Check whether these profiles were deleted or merged in Klaviyo."
    state = FindingState.DOUBT
    return Finding(check=_NAME, state=state, says=says, evidence=shown, fix=fix)
