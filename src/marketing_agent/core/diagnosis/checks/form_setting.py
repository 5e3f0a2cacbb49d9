"""Whether any form has a setting that could show a link button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    Remedy,
    counted,
)

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence

_NAME: Final = "form_setting"


def check(evidence: Evidence) -> list[Finding]:
    """None at all, or more than are looked at in one diagnosis."""
    if not evidence.forms.seen:
        return [
            Finding(
                check=_NAME,
                state=FindingState.PROBLEM,
                says="Form ID linkage is not set up for any form.",
                fix="Choose the Target Form, the CTA Label and the landing page.",
                remedy=Remedy(tool="configure_form_linkage"),
                not_set_up=True,
            )
        ]
    if not evidence.forms.left_out:
        return []
    return [
        Finding(
            check=_NAME,
            state=FindingState.UNKNOWN,
            says="Only the newest form linkages were looked at.",
            evidence=(counted("left out", evidence.forms.left_out),),
            fix="Name the form that is meant.",
        )
    ]
