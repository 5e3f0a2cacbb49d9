"""The symptoms a merchant can name, and the checks that explain each.

A check is a function from the whole evidence to findings: none where it does not
apply. The registry is the only place that knows them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from marketing_agent.core.diagnosis.checks import (
    account_type,
    attempt_reasons,
    embed_script,
    flow_webhook,
    form_setting,
    friend,
    import_setting,
    integration,
    klaviyo_account,
    klaviyo_scopes,
    klaviyo_writes,
    landing_page,
    line_account,
    line_login,
    line_webhook,
    linking_url,
    methods,
    privacy_policy,
    profile_attempts,
    profile_signals,
    qr_attempts,
    script_life,
    success_button,
    target_form,
    webhook_call,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.core.diagnosis.evidence import Evidence
    from marketing_agent.core.diagnosis.findings import Finding

Check: TypeAlias = Callable[["Evidence"], Iterable["Finding"]]


class Symptom(StrEnum):
    """What a merchant sees; the first three are those of the help text."""

    NOT_LINKED = "not_linked"
    """The profile does not get linked."""
    NO_LINKING_URL = "no_linking_url"
    """The linking URL for the custom QR code does not appear."""
    NO_LINK_BUTTON = "no_link_button"
    """The link button does not appear after form submission."""
    SETUP = "setup"
    """Something about the connection, or simply: is everything well?"""


_KLAVIYO: Final[tuple[Check, ...]] = (
    klaviyo_account.check,
    klaviyo_scopes.check,
    klaviyo_writes.check,
)
_LINE: Final[tuple[Check, ...]] = (
    line_account.check,
    line_webhook.check,
    webhook_call.check,
    line_login.check,
    account_type.check,
)
_FORM: Final[tuple[Check, ...]] = (
    target_form.check,
    landing_page.check,
    success_button.check,
    script_life.check,
    flow_webhook.check,
)

CHECKS: Final[Mapping[Symptom, tuple[Check, ...]]] = {
    Symptom.NOT_LINKED: (
        friend.check,
        profile_signals.check,
        profile_attempts.check,
        integration.check,
        methods.check,
        *_KLAVIYO,
        *_LINE,
        attempt_reasons.check,
        qr_attempts.check,
        *_FORM,
        import_setting.check,
    ),
    Symptom.NO_LINKING_URL: (linking_url.check, integration.check),
    Symptom.NO_LINK_BUTTON: (
        form_setting.check,
        embed_script.check,
        *_FORM,
        klaviyo_account.check,
        integration.check,
    ),
    Symptom.SETUP: (
        *_KLAVIYO,
        *_LINE,
        integration.check,
        import_setting.check,
        embed_script.check,
        privacy_policy.check,
    ),
}


def findings_of(symptom: Symptom, evidence: Evidence) -> list[Finding]:
    """What the checks of this symptom find, in their order."""
    return [found for check in CHECKS[symptom] for found in check(evidence)]
