"""Whether LINE's events arrive: it calls our webhook once, as a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.diagnosis.findings import Finding, FindingState, Seen

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence

_NAME: Final = "webhook_call"


def check(evidence: Evidence) -> list[Finding]:
    """Nothing is said while the webhook is not ours or switched off."""
    called = None if evidence.line is None else evidence.line.webhook_call
    if called is None:
        return []
    if called.answer is Answer.YES:
        says = "LINE called our webhook just now, and it answered."
        return [Finding(check=_NAME, state=FindingState.OK, says=says)]
    shown = (Seen(what="LINE says", value=called.says),)
    if called.answer is Answer.NO:
        says = "LINE could not reach our webhook."
        fix = "Check that our public address answers from the internet, with https."
        state = FindingState.PROBLEM
    else:
        says, fix = "LINE did not make its test call.", "Try again in a few minutes."
        state = FindingState.UNKNOWN
    return [Finding(check=_NAME, state=state, says=says, evidence=shown, fix=fix)]
