"""Who is linked, who is not, and why."""

from marketing_agent.services.status.counts import (
    Attempts,
    LinkageStatus,
    linkage_status,
)
from marketing_agent.services.status.friend import FriendStatus, friend_status

__all__ = [
    "Attempts",
    "FriendStatus",
    "LinkageStatus",
    "friend_status",
    "linkage_status",
]
