"""The verdict at the door: whether a claim's raw signals can be looked up at all.

Rows 4 and 6 to 10 of the linkage table. Row 1 (signature, merchant) and row 2 (seen
before) are answered before there is a claim, so they have no verdict here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias, assert_never

from marketing_agent.core.blocked import (
    BlockList,
    BlockReason,
    is_blocked,
    is_one_digit_repeated,
)
from marketing_agent.core.match import MatchRule
from marketing_agent.core.signals import (
    EmailAddress,
    Flaw,
    PhoneNumber,
    Readable,
    Repair,
    SignalHash,
    SignalKind,
    Unreadable,
    read_email,
    read_phone,
)

HashSignal: TypeAlias = Callable[[SignalKind, str], SignalHash]


class Gate(StrEnum):
    """Why a claim is refused that is not the fault of one value."""

    SETTING_REMOVED = "setting_removed"
    NO_SIGNAL = "no_signal"


DoorCode: TypeAlias = Gate | Flaw | BlockReason
"""The stable code of a refusal; no two of the three share a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSignals:
    """What arrived, as it arrived; None and empty text mean the same."""

    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What decides about a claim besides its values, as it stands at that moment."""

    rule: MatchRule
    region: str
    """ISO 3166, such as `JP`: completes phones without a country code."""
    asks: frozenset[SignalKind] = frozenset((SignalKind.EMAIL, SignalKind.PHONE))
    """What a custom QR code names; anything else in its link is not read."""
    setting_exists: bool = True
    blocks: BlockList = field(default_factory=BlockList)
    hash_signal: HashSignal | None = None
    """Needed only when the block list holds hashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """A repair, and the signal it was made to (row 10)."""

    kind: SignalKind
    repair: Repair


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The claim can never be looked up. `kind` is the signal at fault, if one is."""

    row: int
    why: DoorCode
    kind: SignalKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """At least one canonical signal, and both where the rule wants both."""

    email: EmailAddress | None = None
    phone: PhoneNumber | None = None
    repairs: tuple[Repaired, ...] = ()
    ignored: tuple[Refused, ...] = ()
    """Under `MatchRule.EITHER`: the other value, given but unusable."""


DoorVerdict: TypeAlias = Admitted | Refused


def verdict_at_the_door(raw: RawSignals, door: Door) -> DoorVerdict:
    """Admit or refuse; of several reasons the first row of the table is given.

    Where both signals are required, one bad value refuses the claim. Otherwise one
    usable signal is enough: an unusable other one is no contradiction, like a missing
    one, and is only shown.
    """
    if not door.setting_exists:
        return Refused(row=4, why=Gate.SETTING_REMOVED)
    judged = [_judged(kind, raw, door) for kind in _asked(door)]
    usable = [each for each in judged if isinstance(each, _Usable)]
    refused = [each for each in judged if isinstance(each, Refused)]
    given = [each for each in refused if each.why is not Flaw.EMPTY]
    match door.rule:
        case MatchRule.BOTH:
            return _first(refused) if refused else _admitted(usable)
        case MatchRule.EITHER:
            return _admitted(usable, given) if usable else _first(given or refused)
    assert_never(door.rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Usable:
    kind: SignalKind
    value: EmailAddress | PhoneNumber
    repairs: tuple[Repair, ...]


_MATCHED_ON = (SignalKind.EMAIL, SignalKind.PHONE)


def _asked(door: Door) -> tuple[SignalKind, ...]:
    if door.rule is MatchRule.BOTH:
        return _MATCHED_ON
    return tuple(kind for kind in _MATCHED_ON if kind in door.asks)


def _judged(kind: SignalKind, raw: RawSignals, door: Door) -> _Usable | Refused:
    text = (raw.email if kind is SignalKind.EMAIL else raw.phone) or ""
    read: Readable[EmailAddress] | Readable[PhoneNumber] | Unreadable
    if kind is SignalKind.EMAIL:
        read = read_email(text)
    else:
        read = read_phone(text, region=door.region)
    if isinstance(read, Unreadable):
        if read.why is Flaw.NOT_A_PHONE and is_one_digit_repeated(text):
            return Refused(row=9, why=BlockReason.PLACEHOLDER_NUMBER, kind=kind)
        return Refused(row=read.row, why=read.why, kind=kind)
    hashed = door.hash_signal(kind, read.value) if door.hash_signal else None
    blocked = is_blocked(kind, read.value, blocks=door.blocks, hashed=hashed)
    if blocked is not None:
        return Refused(row=blocked.row, why=blocked, kind=kind)
    return _Usable(kind=kind, value=read.value, repairs=read.repairs)


def _first(refused: list[Refused]) -> Refused:
    """Pick the lowest row; no signal is at fault when nothing was given."""
    if len(refused) != 1 and all(each.why is Flaw.EMPTY for each in refused):
        return Refused(row=7, why=Gate.NO_SIGNAL)
    return min(refused, key=lambda each: each.row)


def _admitted(usable: list[_Usable], ignored: Sequence[Refused] = ()) -> Admitted:
    values = {each.kind: each.value for each in usable}
    email, phone = values.get(SignalKind.EMAIL), values.get(SignalKind.PHONE)
    return Admitted(
        email=None if email is None else EmailAddress(email),
        phone=None if phone is None else PhoneNumber(phone),
        repairs=tuple(
            Repaired(kind=each.kind, repair=repair)
            for each in usable
            for repair in each.repairs
        ),
        ignored=tuple(ignored),
    )
