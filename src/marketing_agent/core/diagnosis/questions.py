"""From a live question and its answer to a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.diagnosis.findings import Finding, FindingState, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.core.diagnosis.evidence import Asked

_STATES: Final[Mapping[Answer, FindingState]] = {
    Answer.YES: FindingState.OK,
    Answer.NO: FindingState.PROBLEM,
    Answer.NOT_CONNECTED: FindingState.PROBLEM,
    Answer.NOT_THERE: FindingState.PROBLEM,
    Answer.SILENT: FindingState.UNKNOWN,
}
_AGAIN: Final = "Try again in a minute."


def finding_of(check: str, asked: Asked, *, fix: str) -> Finding:
    """No answer is no proof: it makes the thing unknown, not wrong."""
    state = _STATES[asked.answer]
    fixes = {FindingState.OK: "", FindingState.UNKNOWN: _AGAIN}
    return Finding(
        check=check,
        state=state,
        says=asked.says,
        fix=fixes.get(state, fix),
        not_set_up=asked.answer is Answer.NOT_CONNECTED,
    )


def not_read(
    check: str, asked: Asked, evidence: tuple[Seen, ...], *, scope: str
) -> Finding:
    """What Klaviyo would not show cannot be judged; with the reason and what helps."""
    fix = _AGAIN
    if asked.answer is Answer.NO:
        fix = f"Connect Klaviyo with a private key that has {scope}."
    elif asked.answer is Answer.NOT_CONNECTED:
        fix = "Connect Klaviyo."
    return Finding(
        check=check,
        state=FindingState.UNKNOWN,
        says=f"This could not be checked. {asked.says}".strip(),
        evidence=evidence,
        fix=fix,
    )
