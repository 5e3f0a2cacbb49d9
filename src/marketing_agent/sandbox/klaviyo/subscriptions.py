"""Whether a profile takes email, as `additional-fields[profile]=subscriptions` says.

The sandbox knows global email suppressions only: nobody has subscribed to anything, and
no list has suppressions of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

Reason: TypeAlias = Literal[
    "HARD_BOUNCE", "INVALID_EMAIL", "SPAM_COMPLAINT", "UNSUBSCRIBE", "USER_SUPPRESSED"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Why and since when the account sends the profile no email."""

    reason: Reason
    at: datetime


def written(suppression: Suppression | None) -> dict[str, Any]:
    """The profile's `subscriptions`; not suppressed means emails may be sent."""
    since = suppression.at.isoformat(timespec="seconds") if suppression else None
    known = [{"reason": suppression.reason, "timestamp": since}] if suppression else []
    never = {"consent": "NEVER_SUBSCRIBED", "consent_timestamp": None}
    email = {
        **never,
        "can_receive_email_marketing": suppression is None,
        "last_updated": since,
        "method": None,
        "method_detail": None,
        "custom_method_detail": None,
        "double_optin": None,
        "suppression": known,
        "list_suppressions": [],
    }
    sms = {**never, "can_receive_sms_marketing": False, "last_updated": None}
    push = {**never, "can_receive_push_marketing": False}
    return {
        "email": {"marketing": email},
        "sms": {"marketing": sms},
        "mobile_push": {"marketing": push},
    }
