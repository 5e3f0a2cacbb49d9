"""Is everything connected? The live checks of the diagnosis, as one list of rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, assert_never

from marketing_agent.core.diagnosis.findings import FindingState
from marketing_agent.core.diagnosis.symptoms import Symptom, findings_of
from marketing_agent.services.diagnosis.diagnose import Complaint, gather

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.core.diagnosis.findings import Finding
    from marketing_agent.services.ground import Ground


class CheckState(StrEnum):
    """What a check found."""

    OK = "ok"
    MISSING = "missing"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """No API can tell, or it is no more than a doubt; a person has to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCheck:
    """One line of the set-up check."""

    platform: str
    what: str
    state: CheckState
    says: str
    fix: str = ""


_ROWS: Final[Mapping[str, tuple[str, str]]] = {
    "klaviyo_account": ("Klaviyo", "account"),
    "klaviyo_scopes": ("Klaviyo", "scopes"),
    "klaviyo_writes": ("Klaviyo", "writing"),
    "line_account": ("LINE", "Messaging API channel"),
    "line_webhook": ("LINE", "webhook"),
    "webhook_call": ("LINE", "webhook test call"),
    "line_login": ("LINE", "test login"),
    "line_provider": ("LINE", "provider"),
    "account_type": ("LINE", "account type"),
    "integration": ("Shop", "integration"),
    "import": ("Klaviyo", "import"),
    "embed_script": ("Shop", "embed script"),
    "privacy_policy": ("Shop", "privacy policy"),
}
"""Platform and row of each check."""
_NOT_CONNECTED: Final = ("LINE", "channels")
_ONLY_A_PERSON: Final = frozenset({"line_login"})
"""Not known is not a failure here: nobody has tried yet."""


async def check_setup(ground: Ground, merchant_id: int) -> list[SetupCheck]:
    """Ask Klaviyo and LINE now, and read what is stored here. Raises NotFound."""
    about = Complaint(symptom=Symptom.SETUP)
    evidence = await gather(ground, merchant_id, about)
    return [_row(found) for found in findings_of(Symptom.SETUP, evidence)]


def _row(found: Finding) -> SetupCheck:
    platform, what = _ROWS[found.check]
    if found.check == "line_account" and found.not_set_up:
        platform, what = _NOT_CONNECTED
    return SetupCheck(
        platform=platform,
        what=what,
        state=_state(found),
        says=found.says,
        fix=found.fix,
    )


def _state(found: Finding) -> CheckState:
    match found.state:
        case FindingState.OK:
            return CheckState.OK
        case FindingState.PROBLEM:
            return CheckState.MISSING if found.not_set_up else CheckState.FAILED
        case FindingState.DOUBT:
            return CheckState.UNKNOWN
        case FindingState.UNKNOWN:
            untried = found.check in _ONLY_A_PERSON
            return CheckState.UNKNOWN if untried else CheckState.FAILED
        case _:
            assert_never(found.state)
