"""Whether the integration is on at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.diagnosis.findings import Finding, FindingState, Remedy

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence

_NAME = "integration"


def check(evidence: Evidence) -> list[Finding]:
    """Paused: everything waits."""
    if evidence.shop.integration_on:
        says = "The integration is on."
        return [Finding(check=_NAME, state=FindingState.OK, says=says)]
    return [
        Finding(
            check=_NAME,
            state=FindingState.PROBLEM,
            says="The integration is paused: customers wait, and nothing is lost.",
            fix="Switch the integration on.",
            remedy=Remedy(tool="set_integration", arguments={"on": True}),
        )
    ]
