"""When the script on the landing page last gave a sign of life."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    Seen,
    at_address,
    at_time,
    counted,
    named,
)

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence, FormSeen

_NAME: Final = "script_life"
_LONG: Final = timedelta(days=7)


def check(evidence: Evidence) -> list[Finding]:
    """It says hello when a page with the form loads."""
    return [_of(form) for form in evidence.forms.seen]


def ran_lately(form: FormSeen) -> bool:
    """Whether it ran on the landing page's own origin within a week."""
    seen_at = form.setting.script_seen_at
    if seen_at is None or form.now - seen_at > _LONG:
        return False
    return form.setting.script_seen_on in form.setting.origins


def _of(form: FormSeen) -> Finding:
    name = named("form", form.setting.form_name)
    seen_at = form.setting.script_seen_at
    if seen_at is None:
        says = "The script has never run on a page with this form."
        fix = "Open the landing page in a browser once and ask again."
        return _doubt(says, fix, (name,))
    shown = (
        name,
        at_time("last sign of life", seen_at),
        at_address("on", form.setting.script_seen_on or ""),
        counted("submissions handed over", form.setting.handed_over),
    )
    if form.now - seen_at > _LONG:
        says = "The script has been silent for more than a week."
        fix = "Check that the page still holds the Landing Page Embed Code."
        return _doubt(says, fix, shown)
    if not ran_lately(form):
        says = "The script runs, but on another site than the landing page."
        fix = "Add the Landing Page Embed Code to the landing page, or correct it."
        return _doubt(says, fix, shown)
    says = "The script runs on the landing page."
    return Finding(check=_NAME, state=FindingState.OK, says=says, evidence=shown)


def _doubt(says: str, fix: str, shown: tuple[Seen, ...]) -> Finding:
    state = FindingState.DOUBT
    return Finding(check=_NAME, state=state, says=says, evidence=shown, fix=fix)
