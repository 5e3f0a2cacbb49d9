"""Whether the page before LINE Login has the privacy policy that LINE asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.diagnosis.findings import Finding, FindingState

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence


def check(evidence: Evidence) -> list[Finding]:
    """The page before the login links to it."""
    if evidence.shop.has_privacy_policy:
        says = "The page before LINE Login links to it."
        return [Finding(check="privacy_policy", state=FindingState.OK, says=says)]
    return [
        Finding(
            check="privacy_policy",
            state=FindingState.PROBLEM,
            says="LINE requires a link to your privacy policy before login.",
            fix="Add the address of your privacy policy.",
            not_set_up=True,
        )
    ]
