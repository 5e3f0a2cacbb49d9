"""Why the linking URL of a custom QR code does not appear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    Remedy,
    Seen,
    named,
)
from marketing_agent.core.qr_links import LinkType

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence, QrLinkSeen

_NAME: Final = "linking_url"


def check(evidence: Evidence) -> list[Finding]:
    """It exists once the QR code is saved with the Link Type Klaviyo Linkage."""
    if evidence.qr_links:
        return [_of(each) for each in evidence.qr_links]
    return [
        Finding(
            check=_NAME,
            state=FindingState.PROBLEM,
            says="No custom QR code is saved. The linking URL is issued by saving.",
            fix="Save the custom QR code once, then open it again.",
            remedy=Remedy(tool="create_qr_link"),
            not_set_up=True,
        )
    ]


def _of(seen: QrLinkSeen) -> Finding:
    qr_link = seen.qr_link
    name = named("custom QR code", qr_link.name)
    if qr_link.link_type is LinkType.KLAVIYO_LINKAGE:
        return Finding(
            check=_NAME,
            state=FindingState.OK,
            says="The linking URL is there.",
            evidence=(name, Seen(what="linking URL", value=seen.url)),
        )
    saved = {"slug": qr_link.slug, "name": qr_link.name}
    return Finding(
        check=_NAME,
        state=FindingState.PROBLEM,
        says="The Link Type is None, so this QR code only adds friends and has no "
        "linking URL.",
        evidence=(name,),
        fix="Choose Klaviyo Linkage as the Link Type, with the email address, the "
        "phone number or both as the signal, and save.",
        remedy=Remedy(
            tool="update_qr_link",
            arguments={**saved, "link_type": LinkType.KLAVIYO_LINKAGE.value},
        ),
    )
