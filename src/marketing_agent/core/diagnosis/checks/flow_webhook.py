"""With flow timing: whether a live Klaviyo flow calls our webhook."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    Seen,
    at_time,
    counted,
    named,
)
from marketing_agent.core.diagnosis.questions import not_read
from marketing_agent.core.form_linkage import FormTiming

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence, FlowSeen, FormSeen
    from marketing_agent.core.form_linkage import FormLinkage

_NAME: Final = "flow_webhook"
_LATELY: Final = timedelta(days=7)


def check(evidence: Evidence) -> list[Finding]:
    """Only where the setting waits for a flow."""
    return [
        _of(form)
        for form in evidence.forms.seen
        if form.setting.timing is FormTiming.FLOW
    ]


def _of(form: FormSeen) -> Finding:
    called_at = form.setting.webhook_seen_at
    shown: tuple[Seen, ...] = (named("form", form.setting.form_name),)
    if called_at is not None:
        shown += (at_time("last call", called_at),)
    if called_at is not None and form.now - called_at <= _LATELY:
        says = "The flow calls us."
        return Finding(check=_NAME, state=FindingState.OK, says=says, evidence=shown)
    if form.flow is None:
        return _unasked(shown)
    if form.flow.asked.answer is not Answer.YES:
        return not_read(_NAME, form.flow.asked, shown, scope="flows:read")
    return _by_flows(form.setting, form.flow, shown)


def _by_flows(setting: FormLinkage, flow: FlowSeen, shown: tuple[Seen, ...]) -> Finding:
    shown += (counted("live flows looked at", flow.looked_at),)
    if flow.calls_us and setting.webhook_seen_at is not None:
        says = "The flow is live, but has not called for more than a week."
        state, fix = FindingState.DOUBT, "Submit the form once and ask again."
    elif flow.calls_us:
        says = "A flow with our Linking URL is live, but no call with the right key "
        says += "came."
        state = FindingState.DOUBT
        fix = (
            "Copy the key of Linking Settings After Form Submission into the header "
            "of the Webhook action, and submit the form once."
        )
    elif flow.looked_at < flow.live_flows:
        says = "There are too many live flows to look through all of them."
        state = FindingState.UNKNOWN
        fix = "Open the flow in Klaviyo: its Webhook action has to be live."
    else:
        says = "No live Klaviyo flow calls the Linking URL, so every customer waits."
        state = FindingState.PROBLEM
        fix = "Set the flow and its Webhook action live in Klaviyo."
    return Finding(check=_NAME, state=state, says=says, evidence=shown, fix=fix)


def _unasked(shown: tuple[Seen, ...]) -> Finding:
    says, fix = "Klaviyo was not asked for its flows.", "Try again in a minute."
    state = FindingState.UNKNOWN
    return Finding(check=_NAME, state=state, says=says, evidence=shown, fix=fix)
