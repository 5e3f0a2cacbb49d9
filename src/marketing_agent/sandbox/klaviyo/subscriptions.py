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


EMAIL_MARKETING = (
    "can_receive_email_marketing",
    "consent",
    "consent_timestamp",
    "last_updated",
    "method",
    "method_detail",
    "custom_method_detail",
    "double_optin",
    "suppression",
    "list_suppressions",
)


def written(suppression: Suppression | None) -> dict[str, Any]:
    """The profile's `subscriptions`; not suppressed means emails may be sent."""
    since = suppression.at.isoformat(timespec="seconds") if suppression else None
    known = [{"reason": suppression.reason, "timestamp": since}] if suppression else []
    never = {"consent": "NEVER_SUBSCRIBED", "consent_timestamp": None}
    email = {
        **dict.fromkeys(EMAIL_MARKETING),
        **never,
        "can_receive_email_marketing": suppression is None,
        "last_updated": since,
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
