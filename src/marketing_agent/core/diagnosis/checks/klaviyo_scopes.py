"""Whether our key may read what linking needs; what it may write shows in the writing.

Only what a reading can try: a diagnosis changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.diagnosis.findings import Finding, FindingState, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.core.diagnosis.evidence import Evidence

NEEDED_FOR: Final[Mapping[str, str]] = {
    "profiles:read": "finding the profile of a customer",
    "segments:read": "the import of stored LINE User IDs",
    "forms:read": "choosing and checking a form",
    "flows:read": "checking the flow behind a form",
}
"""Klaviyo's names of the scopes that can be tried without changing anything."""
_NAME: Final = "klaviyo_scopes"
_FOR_ALL: Final = "profiles:read"


def check(evidence: Evidence) -> list[Finding]:
    """The scopes that were refused; nothing is said where the key itself is."""
    klaviyo = evidence.klaviyo
    if klaviyo is None or klaviyo.account.answer is not Answer.YES:
        return []
    answers = {name: asked.answer for name, asked in klaviyo.scopes.items()}
    refused = [name for name in NEEDED_FOR if answers.get(name) is Answer.NO]
    if refused:
        return [_missing(refused)]
    if any(each is not Answer.YES for each in answers.values()):
        says = "Klaviyo did not answer for every scope of the key."
        fix = "Try again in a minute."
        return [Finding(check=_NAME, state=FindingState.UNKNOWN, says=says, fix=fix)]
    says = "The key may read what linking needs."
    return [Finding(check=_NAME, state=FindingState.OK, says=says)]


def _missing(refused: list[str]) -> Finding:
    told = " and ".join(f"{name} ({NEEDED_FOR[name]})" for name in refused)
    return Finding(
        check=_NAME,
        state=FindingState.PROBLEM if _FOR_ALL in refused else FindingState.DOUBT,
        says=f"The Klaviyo key lacks {told}.",
        evidence=tuple(Seen(what="missing scope", value=name) for name in refused),
        fix="Make a private key with these scopes in Klaviyo and connect it.",
    )
