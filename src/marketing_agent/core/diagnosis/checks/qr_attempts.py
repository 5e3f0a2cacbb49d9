"""What the traffic through a custom QR code says about its email."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    counted,
    named,
)
from marketing_agent.core.qr_links import LinkType
from marketing_agent.core.reasons import next_step, reason

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence, QrLinkSeen

_NAME: Final = "qr_attempts"
_OF_THE_EMAIL: Final = (6, 7, 8)
"""Rows of the decision table that a wrong merge variable ends in."""
_MANY: Final = 5


def check(evidence: Evidence) -> list[Finding]:
    """Broken merge variables, links that nobody opens, and logins that nobody ends."""
    return [
        found
        for each in evidence.qr_links
        if each.qr_link.link_type is LinkType.KLAVIYO_LINKAGE
        for found in _of(each)
    ]


def _of(seen: QrLinkSeen) -> list[Finding]:
    broken = {row: seen.by_row[row] for row in _OF_THE_EMAIL if seen.by_row.get(row)}
    if broken:
        return [_unfilled(seen, broken)]
    return [] if seen.attempts else [_nobody(seen)]


def _unfilled(seen: QrLinkSeen, broken: dict[int, int]) -> Finding:
    row = max(broken, key=lambda each: broken[each])
    refused = sum(broken.values())
    mostly = refused * 2 > seen.attempts
    return Finding(
        check=_NAME,
        state=FindingState.PROBLEM if mostly else FindingState.DOUBT,
        says=reason(row),
        evidence=(
            named("custom QR code", seen.qr_link.name),
            counted("attempts", seen.attempts),
            counted("refused for this", refused),
        ),
        fix=next_step(row),
    )


def _nobody(seen: QrLinkSeen) -> Finding:
    """Opened and not finished is another thing than never opened."""
    if seen.qr_link.opened >= _MANY:
        says = "Customers open the link, but none has finished the LINE login."
        fix = "Open it on your own phone and log in once: is LINE Login published?"
    else:
        says = "Hardly anybody has opened this link yet."
        fix = "Check that the linking URL is in the email and that the email was sent."
    name = named("custom QR code", seen.qr_link.name)
    return Finding(
        check=_NAME,
        state=FindingState.DOUBT,
        says=says,
        evidence=(name, counted("opened", seen.qr_link.opened)),
        fix=fix,
    )
