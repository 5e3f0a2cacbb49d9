"""Who is calling. The merchant always comes from here, never from an argument."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_MARK: Final = re.compile(r"#[0-9a-f]{8}\Z")
"""What sets apart people of one name: the first digits of something unique."""


class CallerKind(StrEnum):
    """What holds the token. Only a human can approve."""

    HUMAN = "human"
    AGENT = "agent"
    MCP = "mcp"


class Role(StrEnum):
    """What a person may do at their merchant."""

    OWNER = "owner"
    STAFF = "staff"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody, or something on behalf of somebody, at one merchant."""

    subject: str
    merchant_id: int
    role: Role
    kind: CallerKind

    @staticmethod
    def subject_of(name: str, unique: str) -> str:
        """The subject of a person of this name; `unique` is hexadecimal, 8 or more."""
        return f"{name}#{unique[:8]}"

    @property
    def name(self) -> str:
        """The subject as people say it."""
        return _MARK.sub("", self.subject)

    @property
    def may_approve(self) -> bool:
        """Whether a yes from here counts as consent to a write."""
        return self.kind is CallerKind.HUMAN and self.role is not Role.VIEWER

    @property
    def may_write(self) -> bool:
        """Whether writes are offered at all (each still needs an approval)."""
        return self.role is not Role.VIEWER
