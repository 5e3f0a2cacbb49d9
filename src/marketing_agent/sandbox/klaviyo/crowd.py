"""Very many profiles as one rule: a member is made when it is looked at.

Members are numbered from 0, in the order of their ids, addresses and ages. One that is
written to leaves the rule and becomes an ordinary profile with the same id, so that a
million profiles cost as much memory as those that were touched.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo.places import Place, instant_key
from marketing_agent.sandbox.klaviyo.profiles import SandboxProfile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from pydantic import JsonValue

_DIGITS = 10
_DOMAIN = "crowd.test"
LINE_USER_ID = "LINE User ID"


def line_user_of(number: int) -> dict[str, JsonValue]:
    """A well-formed LINE User ID of its own for every number."""
    digest = hashlib.blake2b(f"crowd:{number}".encode(), digest_size=16)
    return {LINE_USER_ID: "U" + digest.hexdigest()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """`count` profiles; the first was made at `first`, each next `spacing` later.

    `properties` tells a member's custom properties by its number, always the same.
    `prefix` is the beginning of all ids (16 of 26 characters).
    """

    count: int
    prefix: str
    first: datetime
    spacing: timedelta = timedelta(seconds=1)
    properties: Callable[[int], Mapping[str, JsonValue]] = line_user_of
    left: set[int] = field(default_factory=set)
    """Numbers of those that became ordinary profiles, or are gone."""

    def __len__(self) -> int:
        return self.count - len(self.left)

    def profile_id(self, number: int) -> str:
        """Give the id of a member, in the crowd or no longer."""
        return f"{self.prefix}{number:0{_DIGITS}d}"

    def number(self, profile_id: str) -> int | None:
        """Tell which member has this id, in the crowd or no longer."""
        digits = profile_id.removeprefix(self.prefix)
        if len(digits) != _DIGITS or not digits.isdecimal():
            return None
        return int(digits) if int(digits) < self.count else None

    def email(self, number: int) -> str:
        """Give the member's address."""
        return f"{self.profile_id(number).lower()}@{_DOMAIN}"

    def at(self, number: int) -> str:
        """Tell when the member was made, as text; it was not edited since."""
        return instant_key(self.first + number * self.spacing)

    def profile(self, profile_id: str) -> SandboxProfile | None:
        """Make the member with this id; none if it is not in the crowd."""
        number = self.number(profile_id)
        if number is None or number in self.left:
            return None
        made = (self.first + number * self.spacing).replace(microsecond=0)
        return SandboxProfile(
            id=profile_id,
            email=self.email(number),
            created=made,
            updated=made,
            properties=dict(self.properties(number)),
        )

    def holder(self, name: str, value: str) -> str | None:
        """Tell which member has this identifier; they only have an email address."""
        if name != "email" or not value.endswith(f"@{_DOMAIN}"):
            return None
        profile_id = value.partition("@")[0].upper()
        number = self.number(profile_id)
        return None if number is None or number in self.left else profile_id

    def in_order_of(
        self, key: str, without: AbstractSet[int] | None = None
    ) -> CrowdPlaces:
        """Read the members by `id`, `email` or an instant of theirs.

        `without` takes the place of those who left the crowd.
        """
        hidden = self.left if without is None else without
        return CrowdPlaces(crowd=self, key=key, without=hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdPlaces:
    """A crowd in one of its orders, which all are that of the numbers."""

    crowd: Crowd
    key: str
    without: AbstractSet[int]

    def beyond(self, at: Place | None, *, descending: bool) -> Iterator[Place]:
        """Walk from the place on."""
        for number in self._numbers(at, descending=descending):
            if number not in self.without:
                yield self._place(number)

    def _numbers(self, at: Place | None, *, descending: bool) -> range:
        everyone = range(self.crowd.count)
        if descending:
            end = bisect_left(everyone, at, key=self._place) if at else len(everyone)
            return range(end - 1, -1, -1)
        start = bisect_right(everyone, at, key=self._place) if at else 0
        return range(start, len(everyone))

    def _place(self, number: int) -> Place:
        profile_id = self.crowd.profile_id(number)
        match self.key:
            case "id":
                return profile_id, profile_id
            case "email":
                return self.crowd.email(number), profile_id
            case _:
                return self.crowd.at(number), profile_id
