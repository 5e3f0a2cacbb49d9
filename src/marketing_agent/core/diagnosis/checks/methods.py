"""Whether there is any way for a customer to become linked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.diagnosis.findings import Finding, FindingState

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence


def check(evidence: Evidence) -> list[Finding]:
    """Without any method nobody can be linked; auto-link alone reaches few."""
    shop = evidence.shop
    if shop.methods:
        return []
    return [
        Finding(
            check="methods",
            state=FindingState.DOUBT if shop.auto_link_on else FindingState.PROBLEM,
            says="Only auto-link is on: it links friends whose email address or phone "
            "number is known here."
            if shop.auto_link_on
            else "No linkage method is set up, so nobody can be linked.",
            fix="Create a custom QR code, or set up a form or an import.",
            not_set_up=True,
        )
    ]
