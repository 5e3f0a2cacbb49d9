"""Evidence for the tables of the checks: all is well, but for what a row says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.diagnosis.evidence import (
    Answer,
    Asked,
    Evidence,
    FormSeen,
    FormsSeen,
    LineSeen,
    PageSeen,
    ShopSeen,
)
from marketing_agent.core.diagnosis.findings import FindingState
from marketing_agent.core.facts import FactKey, FormId, Method
from marketing_agent.core.form_definitions import SuccessButton, VersionCheck
from marketing_agent.core.form_linkage import FormLinkage, FormTiming, FormTrigger
from marketing_agent.core.outcomes import Outcome, OutcomeCode
from marketing_agent.core.signals import LineUserId, SignalKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from marketing_agent.core.diagnosis.findings import Finding

NOW: Final = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
LONG_AGO: Final = NOW - timedelta(days=8)
HANA: Final = LineUserId("U" + "1" * 32)
KENTA: Final = LineUserId("U" + "2" * 32)
KEY: Final = "ourkey23"
PAGE: Final = "https://shop.test/welcome"
BUTTON: Final = "https://links.test/f/ab12cd34"
OURS: Final = "https://links.test/line/webhook/k"

YES: Final = Asked(answer=Answer.YES)
NO: Final = Asked(answer=Answer.NO, says="Refused.")
NOT_CONNECTED: Final = Asked(answer=Answer.NOT_CONNECTED, says="Nothing there.")
NOT_THERE: Final = Asked(answer=Answer.NOT_THERE)
SILENT: Final = Asked(answer=Answer.SILENT, says="No answer.")

PROBLEM: Final = FindingState.PROBLEM
DOUBT: Final = FindingState.DOUBT
UNKNOWN: Final = FindingState.UNKNOWN
OK: Final = FindingState.OK


def shop(**other: Any) -> ShopSeen:
    """A merchant's settings with everything in order."""
    well: dict[str, Any] = {
        "integration_on": True,
        "auto_link_on": True,
        "has_privacy_policy": True,
        "methods": frozenset({Method.QR_LINK}),
    }
    return ShopSeen(**(well | other))


def line(**other: Any) -> LineSeen:
    """A LINE account with everything in order."""
    well: dict[str, Any] = {
        "bot": YES,
        "webhook": YES,
        "webhook_wanted": OURS,
        "webhook_found": OURS,
        "webhook_active": True,
        "webhook_call": YES,
        "lists_followers": YES,
    }
    return LineSeen(**(well | other))


def setting(**other: Any) -> FormLinkage:
    """Form ID linkage whose script was seen an hour ago."""
    well: dict[str, Any] = {
        "slug": "ab12cd34",
        "form_id": FormId("XyZ123"),
        "form_name": "Welcome",
        "cta_label": "Link with LINE",
        "landing_page": PAGE,
        "script_seen_at": NOW - HOUR,
        "script_seen_on": "https://shop.test",
    }
    return FormLinkage(**(well | other))


def by_flow(**other: Any) -> FormLinkage:
    """The same with timing by a flow."""
    flow = {"timing": FormTiming.FLOW, "trigger": FormTrigger.SUBMITTED_FORM}
    return setting(**(flow | other))


def page(**other: Any) -> PageSeen:
    """A landing page with our script on it."""
    well: dict[str, Any] = {"url": PAGE, "embed_keys": frozenset({KEY})}
    return PageSeen(**(well | other))


def version(
    button: SuccessButton = SuccessButton.OURS,
    asks: Iterable[SignalKind] = (SignalKind.EMAIL,),
    name: str = "Main",
) -> VersionCheck:
    """A live version of a form."""
    return VersionCheck(version=name, button=button, asks=frozenset(asks))


def form(**other: Any) -> FormSeen:
    """A form linkage with everything in order."""
    well: dict[str, Any] = {
        "setting": setting(),
        "button_url": BUTTON,
        "embed_code": f'<script src="https://links.test/embed/{KEY}.js">',
        "embed_key": KEY,
        "origins": frozenset({"https://shop.test"}),
        "now": NOW,
        "form": YES,
        "versions": (version(),),
        "page": page(),
    }
    return FormSeen(**(well | other))


def dead_form(**other: Any) -> FormSeen:
    """The same, and its script never gave a sign of life."""
    return form(setting=setting(script_seen_at=None, script_seen_on=None), **other)


def of_form(seen: FormSeen) -> Evidence:
    """The evidence about one form linkage."""
    return given(forms=FormsSeen(seen=(seen,)))


def given(**other: Any) -> Evidence:
    """Evidence with the shop in order, and what a row says."""
    return replace(Evidence(shop=shop()), **other)


def outcome(code: OutcomeCode, row: int, detail: str = "") -> Outcome:
    """Where an attempt of Hana's stands."""
    return Outcome(
        claim=FactKey("claim"),
        line_user=HANA,
        code=code,
        row=row,
        detail=detail,
        since=NOW,
    )


def assert_told(
    found: Iterable[Finding], state: FindingState, says: str, fix: str
) -> Finding:
    """Exactly one finding: how it stands, what it is about, and what to do.

    What is well has nothing to do; everything else has.
    """
    [finding] = found
    assert finding.state is state
    assert says in finding.says
    assert fix in finding.fix
    assert bool(finding.fix) is (state is not OK)
    return finding
