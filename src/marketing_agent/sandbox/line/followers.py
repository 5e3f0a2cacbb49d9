"""Who ever added the Official Account, in order: what the followers API pages through.

A place is never given away, so a `next` token keeps its meaning while people come and
go. Whoever has blocked the account is skipped, which is why a page may be short.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from marketing_agent.sandbox.line.accounts import USER_ID, LineUser

if TYPE_CHECKING:
    from collections.abc import Iterator

_CROWD = "Uc0ffee"
_DIGITS = 33 - len(_CROWD)


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many friends without a story: nothing is kept of them but their number.

    For volume. Their names and LINE User IDs follow from their place.
    """

    size: int = 0

    def user_id(self, place: int) -> str:
        """The LINE User ID of the friend at this place, counted from 0."""
        return f"{_CROWD}{place:0{_DIGITS}x}"

    def user(self, user_id: str) -> LineUser | None:
        """The friend with this ID, if the crowd has one."""
        if not USER_ID.fullmatch(user_id) or not user_id.startswith(_CROWD):
            return None
        place = int(user_id.removeprefix(_CROWD), 16)
        if place >= self.size:
            return None
        return LineUser(id=user_id, name=f"Friend {place + 1}")


@dataclass(slots=True)
class Followers:
    """The crowd first, then everyone else by when they first added the account."""

    crowd: Crowd = field(default_factory=Crowd)
    _added: list[str] = field(default_factory=list)

    def add(self, user_id: str) -> None:
        """Give somebody the next place; once each."""
        self._added.append(user_id)

    def __len__(self) -> int:
        return self.crowd.size + len(self._added)

    def between(self, begin: int, end: int) -> Iterator[str]:
        """The LINE User IDs at these places, as far as there are any."""
        size = self.crowd.size
        for place in range(begin, min(end, size)):
            yield self.crowd.user_id(place)
        yield from self._added[max(begin - size, 0) : max(end - size, 0)]
