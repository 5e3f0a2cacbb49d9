"""What happened, as append-only facts: the only input of `resolve`.

Each fact has a unique key (a repeat changes nothing) and two times, both
aware UTC: `at`, when it was true in the world, and `stored`, the database clock given
under the merchant's lock. `at` says what was true, `stored` gives precedence, ties go
by the key. A fact carries its LINE user and its profile itself; what could change
later (required signals, evidence, expiry, the verdict at the door) is kept in the
claim, so that an upgrade decides nothing again. All facts given to one `resolve`
belong to one merchant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from marketing_agent.core.door import Refused
from marketing_agent.core.match import MatchVerdict, WantedSignals
from marketing_agent.core.signals import LineUserId, ProfileId

FactKey = NewType("FactKey", str)
FormId = NewType("FormId", str)
SettingId = NewType("SettingId", str)
"""The custom QR code's slug, the form's id or the segment's id behind a claim."""


class Method(StrEnum):
    """How a link came about: the four methods, and the merchant's own hand."""

    QR_LINK = "qr_link"
    FORM_LINKAGE = "form_linkage"
    IMPORT = "import"
    AUTO_LINK = "auto_link"
    PIN = "pin"


class Evidence(IntEnum):
    """How strongly something says "this LINE user is this person".

    Shown and kept; it decides nothing, since no claim moves a live link.
    """

    ONE_SIGNAL = 1
    FRIENDS_OWN_SIGNAL = 2
    BOTH_SIGNALS = 3
    CONFIRMED_OR_KLAVIYO_ID = 4
    STORED_LINE_USER_ID = 5
    EXCHANGE_ID = 6
    LINK_TOKEN = 7
    MERCHANT = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A thing that happened, once."""

    key: FactKey
    at: datetime
    stored: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Fact):
    """Something says that this LINE user is this person. One claim is one attempt."""

    line_user: LineUserId
    method: Method
    evidence: Evidence
    setting: SettingId | None = None
    signals: WantedSignals | None = None
    refused: Refused | None = None
    """The verdict at the door, when it was a no."""
    profile: ProfileId | None = None
    """Named outright by an import sighting; every other claim needs a lookup."""
    seen_on: int = 1
    """Import: how many profiles carried this LINE User ID in the same scan."""
    login: bool = False
    """Made by a fresh LINE login, which lifts a customer's own unlink."""
    confirmed_by: FormId | None = None
    """Flow timing: the form whose webhook has to confirm this claim."""
    submitted: datetime | None = None
    """Flow timing: when the form was submitted."""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Fact):
    """What Klaviyo answered for a claim. `at` is the start of the request."""

    claim: FactKey
    line_user: LineUserId
    verdict: MatchVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation(Fact):
    """A Klaviyo flow's webhook: this profile submitted (or confirmed) this form."""

    form: FormId
    profile: ProfileId


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendChange(Fact):
    """A follow (or a positive friendship check), or an unfollow.

    A negative check is no fact: it may simply have come before the follow.
    """

    line_user: LineUserId
    is_friend: bool


class StopReason(StrEnum):
    """Why an open claim can no longer link."""

    DECLINED = "declined"
    VALUE_CHANGED = "value_changed"
    BLOCKED = "blocked"
    SETTING_REMOVED = "setting_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped(Fact):
    """A claim that has not completed never will; a completed one is untouched."""

    claim: FactKey
    line_user: LineUserId
    why: StopReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin(Fact):
    """The merchant says that these two are the same person."""

    line_user: LineUserId
    profile: ProfileId


class Decider(StrEnum):
    """Who ended a link."""

    MERCHANT = "merchant"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlink(Fact):
    """These two are not the same person, or do not want to be tied together."""

    line_user: LineUserId
    by: Decider
    profile: ProfileId | None = None
    """None (customers only): whatever this LINE user is linked to."""
    replacing: bool = False
    """The first half of "replace" in the review list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep(Fact):
    """The merchant has seen this held pair and leaves everything as it is."""

    line_user: LineUserId
    profile: ProfileId
    taken_back: bool = False
    """The opposite: the pair waits for a decision again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone(Fact):
    """Klaviyo has answered 404 for this profile twice, an hour apart."""

    profile: ProfileId


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Fact):
    """A profile that was gone has been read again."""

    profile: ProfileId


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(Fact):
    """Exactly one other profile now carries the signals and our LINE User ID."""

    profile: ProfileId
    into: ProfileId
    line_user: LineUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased(Fact):
    """This person asked to be forgotten."""

    line_user: LineUserId
    profile: ProfileId | None = None


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """The facts by precedence, each key once: the first stored of its repeats."""
    unique: dict[FactKey, Fact] = {}
    for fact in sorted(facts, key=lambda fact: (fact.stored, fact.key, fact.at)):
        unique.setdefault(fact.key, fact)
    return list(unique.values())
