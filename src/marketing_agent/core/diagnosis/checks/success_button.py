"""Whether the Success screen's button leads to us, in every live version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    Seen,
    named,
)
from marketing_agent.core.form_definitions import SuccessButton

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence, FormSeen
    from marketing_agent.core.form_definitions import VersionCheck

_NAME: Final = "success_button"


def check(evidence: Evidence) -> list[Finding]:
    """One finding for each live version of each form."""
    return [
        _of(form, version) for form in evidence.forms.seen for version in form.versions
    ]


def _of(form: FormSeen, version: VersionCheck) -> Finding:
    match version.button:
        case SuccessButton.OURS:
            state, fix = FindingState.OK, ""
            says = "The Success screen's button leads to the Success Screen Button URL."
        case SuccessButton.BY_URL:
            state = FindingState.DOUBT
            says = (
                "The Success screen's button leads to the Success Screen Button URL, "
                "but its text is not the CTA Label: the script may not find it."
            )
            fix = "Make the button's text and the CTA Label the same."
        case SuccessButton.BY_LABEL:
            state = FindingState.DOUBT
            says = (
                "The Success screen has a button with the CTA Label, but it does not "
                "lead to the Success Screen Button URL: without the script it is dead."
            )
            fix = "Set the Success Screen Button URL in the button's Go to URL."
        case SuccessButton.NONE:
            state = FindingState.PROBLEM
            says = "No button of the Success screen leads to us."
            fix = (
                "Add a Button block to the Success screen and set the Success Screen "
                "Button URL in its Go to URL; then publish the form."
            )
        case _:
            assert_never(version.button)
    shown = (
        named("form", form.setting.form_name),
        named("version", version.version),
        Seen(what="Success Screen Button URL", value=form.button_url),
    )
    return Finding(check=_NAME, state=state, says=says, evidence=shown, fix=fix)
