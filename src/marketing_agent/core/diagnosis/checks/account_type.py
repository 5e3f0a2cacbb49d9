"""What kind of LINE account it is: only some list their friends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.diagnosis.findings import Finding, FindingState

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence

_NAME: Final = "account_type"


def check(evidence: Evidence) -> list[Finding]:
    """An unverified account cannot say who its friends are (Messaging API reference).

    Nothing is said where LINE could not be asked.
    """
    listed = None if evidence.line is None else evidence.line.lists_followers
    if listed is None or listed.answer not in {Answer.YES, Answer.NO}:
        return []
    if listed.answer is Answer.YES:
        says = "The account is verified or premium: LINE lists its friends."
        return [Finding(check=_NAME, state=FindingState.OK, says=says)]
    return [
        Finding(
            check=_NAME,
            state=FindingState.DOUBT,
            says="The account is neither verified nor premium, so LINE does not list "
            "its friends. Those who added it before become known once they log in, or "
            "block and unblock it.",
            fix="Apply for a verified account in LINE Official Account Manager.",
        )
    ]
