"""The custom properties that the sync writes to a linked friend's Klaviyo profile.

Names as the product has them. Several LINE Official Accounts may share one Klaviyo
account: a number ends the names of the second and later ones, by order of connection.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from marketing_agent.core.signals import LineUserId


class LineProperty(StrEnum):
    """What each property is called for the first LINE Official Account."""

    USER_ID = "LINE User ID"
    DISPLAY_NAME = "LINE Display Name"
    FOLLOW_STATUS = "LINE Follow Status"
    CONSENT = "LINE Consent"
    CONSENT_UPDATED_AT = "LINE Consent Updated At"
    CONSENT_SOURCE = "LINE Consent Source"

    def of_account(self, number: int) -> str:
        """The name for the account with this number, such as `LINE User ID 2`."""
        return self.value if number == 1 else f"{self.value} {number}"


FRIEND: Final = "friend"
BLOCKED: Final = "blocked"
_STATUSES: Final[Mapping[bool | None, str]] = {True: FRIEND, False: BLOCKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldConsent:
    """Whether a friend agreed to broadcasts, since when, and who said so."""

    given: bool
    at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFriend:
    """A friend as Klaviyo is told of them; None is not known and not told."""

    line_user: LineUserId
    name: str | None = field(default=None, repr=False)
    following: bool | None = None
    consent: ToldConsent | None = None


def names_of_account(number: int) -> tuple[str, ...]:
    """All names that are ours on a profile."""
    return tuple(each.of_account(number) for each in LineProperty)


def properties_of(friend: ToldFriend, number: int) -> dict[str, str | bool]:
    """What the profile of this linked friend has to carry."""
    told: dict[LineProperty, str | bool | None] = {
        LineProperty.USER_ID: friend.line_user,
        LineProperty.DISPLAY_NAME: friend.name or None,
        LineProperty.FOLLOW_STATUS: _STATUSES.get(friend.following),
    }
    if friend.consent is not None:
        told |= {
            LineProperty.CONSENT: friend.consent.given,
            LineProperty.CONSENT_UPDATED_AT: friend.consent.at.isoformat(),
            LineProperty.CONSENT_SOURCE: friend.consent.source,
        }
    return {
        each.of_account(number): value
        for each, value in told.items()
        if value is not None
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyChange:
    """What to write to a profile; nothing in both: it is as it has to be."""

    set_to: Mapping[str, object] = field(default_factory=dict)
    unset: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.set_to) or bool(self.unset)


def to_write(
    shown: Mapping[str, object], wanted: Mapping[str, object]
) -> PropertyChange:
    """What a linked profile that shows this still lacks; never a value twice."""
    return PropertyChange(
        set_to={n: value for n, value in wanted.items() if shown.get(n) != value}
    )


def to_give_back(
    shown: Mapping[str, object],
    held: Mapping[str, object] | None,
    *,
    ours: frozenset[LineUserId],
    erased: frozenset[LineUserId] = frozenset(),
    number: int,
) -> PropertyChange:
    """What a profile without a link still carries of ours.

    `held` is what it held before us, None where we never wrote. A LINE User ID that is
    none of `ours` was put there since and is left alone; one of somebody `erased` is
    never given back.
    """
    user_id = LineProperty.USER_ID.of_account(number)
    names = {user_id} if held is None else set(names_of_account(number))
    if not _is_one_of(shown.get(user_id), ours):
        names.discard(user_id)
    before = {
        name: value
        for name, value in (held or {}).items()
        if name in names and not (name == user_id and _is_one_of(value, erased))
    }
    return PropertyChange(
        set_to={n: value for n, value in before.items() if shown.get(n) != value},
        unset=tuple(sorted(n for n in names - before.keys() if n in shown)),
    )


def _is_one_of(value: object, line_users: frozenset[LineUserId]) -> bool:
    """A property may hold anything, lists and objects too."""
    return isinstance(value, str) and value in line_users
