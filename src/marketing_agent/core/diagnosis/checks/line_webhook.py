"""Whether LINE sends its events to us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    Seen,
    at_address,
)
from marketing_agent.core.diagnosis.questions import finding_of

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence, LineSeen

_NAME: Final = "line_webhook"


def check(evidence: Evidence) -> list[Finding]:
    """The address is ours, and it is switched on."""
    line = evidence.line
    if line is None or line.webhook is None:
        return []
    if line.webhook.answer is not Answer.YES:
        return [finding_of(_NAME, line.webhook, fix=_fix(line))]
    return [_of(line)]


def _of(line: LineSeen) -> Finding:
    if line.webhook_found is None:
        says = "No webhook URL is set, so nobody tells us of new friends."
        return _unset(line, says)
    if line.webhook_found != line.webhook_wanted:
        says = (
            "LINE sends its events to another address, so nobody tells us of new "
            "friends. An account has one webhook: another tool may have taken it."
        )
        return _unset(line, says, at_address("found", line.webhook_found))
    if not line.webhook_active:
        says = '"Use webhook" is not set up yet: it is off, so we hear of no friend.'
        return _unset(line, says)
    says = "LINE sends follows and blocks to this program."
    return Finding(check=_NAME, state=FindingState.OK, says=says)


def _unset(line: LineSeen, says: str, *shown: Seen) -> Finding:
    return Finding(
        check=_NAME,
        state=FindingState.PROBLEM,
        says=says,
        evidence=(Seen(what="wanted", value=line.webhook_wanted), *shown),
        fix=_fix(line),
        not_set_up=True,
    )


def _fix(line: LineSeen) -> str:
    url = line.webhook_wanted
    return f'In the LINE console set the webhook URL {url}; turn "Use webhook" on.'
