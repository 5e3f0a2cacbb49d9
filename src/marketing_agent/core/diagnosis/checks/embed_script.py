"""Whether this installation has the embed script at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.diagnosis.findings import Finding, FindingState, Seen
from marketing_agent.core.facts import Method

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence


def check(evidence: Evidence) -> list[Finding]:
    """It is built with the package; without it no landing page works."""
    shop = evidence.shop
    if shop.script_missing is None:
        says = "This installation has the script of the Landing Page Embed Code."
        return [Finding(check="embed_script", state=FindingState.OK, says=says)]
    needed = Method.FORM_LINKAGE in shop.methods
    return [
        Finding(
            check="embed_script",
            state=FindingState.PROBLEM if needed else FindingState.DOUBT,
            says="This installation was built without the script of the Landing Page "
            "Embed Code, so no form shows a link button.",
            evidence=(Seen(what="reason", value=shop.script_missing),),
            fix="Whoever runs this installation installs the package from its wheel.",
        )
    ]
