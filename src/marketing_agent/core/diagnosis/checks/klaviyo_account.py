"""Whether Klaviyo accepts our key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.diagnosis.questions import finding_of

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence
    from marketing_agent.core.diagnosis.findings import Finding


def check(evidence: Evidence) -> list[Finding]:
    """The account answers, or says why not."""
    if evidence.klaviyo is None:
        return []
    return [
        finding_of(
            "klaviyo_account",
            evidence.klaviyo.account,
            fix="Connect Klaviyo with a private key that may read and write profiles.",
        )
    ]
