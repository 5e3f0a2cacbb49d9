"""Whether the target form is still in Klaviyo, and shown to anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    Remedy,
    Seen,
    named,
)
from marketing_agent.core.diagnosis.questions import not_read

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence, FormSeen

_NAME: Final = "target_form"


def check(evidence: Evidence) -> list[Finding]:
    """The target form is there, live, and asks for something to match on."""
    return [_of(each) for each in evidence.forms.seen]


def _of(form: FormSeen) -> Finding:
    name = (named("form", form.setting.form_name),)
    if form.form.answer is Answer.NOT_THERE:
        return _deleted(form, name)
    if form.form.answer is not Answer.YES:
        return not_read(_NAME, form.form, name, scope="forms:read")
    if not form.versions:
        says = "No version of the target form is live: it is shown to nobody."
        return _problem(says, "Publish the form in Klaviyo.", name)
    silent = [each.version for each in form.versions if not each.asks]
    if silent:
        says = (
            "The form asks for neither an email address nor a phone number, so there "
            "is nothing to match on."
        )
        shown = (*name, *(named("version", each) for each in silent))
        fix = "Add an email or phone block to the form in Klaviyo."
        return _problem(says, fix, shown)
    says = "The target form is live and asks for a signal."
    return Finding(check=_NAME, state=FindingState.OK, says=says, evidence=name)


def _deleted(form: FormSeen, shown: tuple[Seen, ...]) -> Finding:
    remove = {"form_id": form.setting.form_id}
    return Finding(
        check=_NAME,
        state=FindingState.PROBLEM,
        says="Klaviyo no longer has the target form.",
        evidence=shown,
        fix="Remove this form linkage, and set up one for another form.",
        remedy=Remedy(tool="remove_form_linkage", arguments=remove),
    )


def _problem(says: str, fix: str, shown: tuple[Seen, ...]) -> Finding:
    state = FindingState.PROBLEM
    return Finding(check=_NAME, state=state, says=says, evidence=shown, fix=fix)
