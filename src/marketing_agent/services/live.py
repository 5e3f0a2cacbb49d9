"""What changed at a merchant, by topic: marks to compare, without personal data.

A topic may be named when nothing that a screen shows has changed. It is never left out
when something has: links and reviews are made of facts alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from marketing_agent.storage import live_marks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.services.ground import Ground

_BYTES: Final = 6


class Topic(StrEnum):
    """What a screen may have to look at again."""

    LINKS = "links"
    FRIENDS = "friends"
    IMPORTS = "imports"
    CHANGES = "changes"
    APPROVALS = "approvals"
    REVIEWS = "reviews"


@dataclass(frozen=True, slots=True)
class Marks:
    """A short mark for each topic; any process makes the same of the same state."""

    of: Mapping[Topic, str]

    def changed_since(self, before: Marks) -> list[Topic]:
        """The topics whose marks differ."""
        return [topic for topic in Topic if self.of[topic] != before.of[topic]]

    def __str__(self) -> str:
        """As the id of an event."""
        return ".".join(self.of[topic] for topic in Topic)

    @staticmethod
    def read(text: str) -> Marks | None:
        """The marks of an event's id; None for any other text."""
        parts = text.split(".")
        if len(parts) != len(Topic):
            return None
        return Marks(dict(zip(Topic, parts, strict=True)))


async def marks(ground: Ground, merchant_id: int) -> Marks:
    """The marks as they are now, by one small query. Raises DatabaseUnavailable."""
    async with ground.database.transaction() as tx:
        seen = await live_marks.read(tx, merchant_id)
    parts = {
        Topic.LINKS: (seen.facts,),
        Topic.FRIENDS: (seen.facts, seen.friends, seen.changes),
        Topic.IMPORTS: (seen.imports,),
        Topic.CHANGES: (seen.changes,),
        Topic.APPROVALS: (seen.requests,),
        Topic.REVIEWS: (seen.facts, seen.changes),
    }
    return Marks({topic: _digest(merchant_id, each) for topic, each in parts.items()})


def _digest(merchant_id: int, parts: tuple[str, ...]) -> str:
    text = "|".join((str(merchant_id), *parts)).encode()
    return hashlib.blake2s(text, digest_size=_BYTES).hexdigest()
