"""The verdict on one lookup: which profile, if any, the signals name.

Rows 12 to 22 and 25 of the linkage table. Everything is a keyed hash. The order and
the repetition of what was seen never matter, and `MatchRule.BOTH` is satisfied only by
a profile that carries both signals: nothing falls back to one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias, assert_never

from marketing_agent.core.signals import ProfileId, SignalHash, SignalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SETTLING = timedelta(minutes=15)
"""Klaviyo indexes a submitted form late: until then half a find decides nothing."""


class MatchRule(StrEnum):
    """How many signals a profile has to carry."""

    BOTH = "both"
    """A custom QR code that names email and phone."""
    EITHER = "either"
    """Form, auto-link, and a custom QR code that names one signal."""


class NamedBy(StrEnum):
    """What named a profile outright, beside the signals."""

    TOKEN = "token"  # noqa: S105 - the name of a kind, not a secret
    KX = "_kx"
    KLAVIYO_ID = "klaviyo_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSignals:
    """The signals of a claim. The door admits none without any."""

    email: SignalHash | None = None
    phone: SignalHash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenProfile:
    """A profile as one answer of Klaviyo showed it; None means it has no such value."""

    profile: ProfileId
    email: SignalHash | None = None
    phone: SignalHash | None = None
    suppressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One profile, by these signals. Row 25 when suppressed, else 13, 15 or 20."""

    row: int
    profile: ProfileId
    by: frozenset[SignalKind]
    suppressed: bool = False
    named_by: NamedBy | None = None
    """What named the same profile too: stronger evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoProfile:
    """Nobody yet: row 12 for one signal, 19 for two."""

    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """Several profiles, sorted: row 14 by one signal, 21 by both."""

    row: int
    profiles: tuple[ProfileId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """The parts of the claim contradict each other: rows 16, 17, 18 and 22."""

    row: int
    email_profiles: tuple[ProfileId, ...] = ()
    phone_profiles: tuple[ProfileId, ...] = ()
    named: ProfileId | None = None
    """Row 22: the profile that the link itself named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TooEarly:
    """Only one of two signals was found, and Klaviyo may still be indexing.

    Row 17 when the email was found, 18 when the phone was.
    """

    row: int


MatchVerdict: TypeAlias = Candidate | NoProfile | Ambiguous | Mismatch | TooEarly


def match(
    rule: MatchRule,
    wanted: WantedSignals,
    seen: Sequence[SeenProfile],
    *,
    named: ProfileId | None = None,
    named_by: NamedBy | None = None,
    looked_after: timedelta,
    settling: timedelta = SETTLING,
) -> MatchVerdict:
    """Judge a lookup that began `looked_after` the claim.

    `named` is the profile that a token, `_kx` or KlaviyoID in the link resolved to; it
    has to agree with the signals. `settling` is how long half a find under
    `MatchRule.EITHER` stays undecided: zero for auto-link, which follows no form.
    """
    found = _found(wanted, seen)
    verdict = _by_signals(rule, wanted, found, settled=looked_after >= settling)
    return verdict if named is None else _agreed(verdict, found, named, named_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The profiles that carry a wanted signal. One read twice counts both readings."""

    email: frozenset[ProfileId]
    phone: frozenset[ProfileId]
    both: frozenset[ProfileId]
    contradicting: frozenset[ProfileId]
    """Those that carry one signal and a different value of the other."""
    suppressed: frozenset[ProfileId]


def _found(wanted: WantedSignals, seen: Iterable[SeenProfile]) -> _Found:
    email = [p for p in seen if wanted.email is not None and p.email == wanted.email]
    phone = [p for p in seen if wanted.phone is not None and p.phone == wanted.phone]
    return _Found(
        email=_ids(email),
        phone=_ids(phone),
        both=_ids({*email} & {*phone}),
        contradicting=_ids(p for p in (*email, *phone) if _contradicts(wanted, p)),
        suppressed=_ids(p for p in seen if p.suppressed),
    )


def _contradicts(wanted: WantedSignals, seen: SeenProfile) -> bool:
    pairs = ((wanted.email, seen.email), (wanted.phone, seen.phone))
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)


def _by_signals(
    rule: MatchRule, wanted: WantedSignals, found: _Found, *, settled: bool
) -> MatchVerdict:
    if found.both:
        exact = found.email == found.phone
        return _one_of(found.both, found, one=15 if exact else 20, many=21)
    if found.email and found.phone:
        return _mismatch(16, found)
    if not found.email and not found.phone:
        return NoProfile(row=12 if _is_single(rule, wanted) else 19)
    if _is_single(rule, wanted):
        return _one_of(found.email | found.phone, found, one=13, many=14)
    half = 17 if found.email else 18
    if rule is MatchRule.BOTH:
        return _mismatch(half, found)
    return _by_half(half, found) if settled else TooEarly(row=half)


def _is_single(rule: MatchRule, wanted: WantedSignals) -> bool:
    return rule is MatchRule.EITHER and (wanted.email is None or wanted.phone is None)


def _by_half(row: int, found: _Found) -> MatchVerdict:
    """One of two signals was found: a missing other value is no contradiction."""
    profiles = found.email | found.phone
    if profiles <= found.contradicting:
        return _mismatch(row, found)
    return _one_of(profiles, found, one=13, many=14)


def _one_of(
    profiles: frozenset[ProfileId], found: _Found, *, one: int, many: int
) -> Candidate | Ambiguous:
    if len(profiles) > 1:
        return Ambiguous(row=many, profiles=tuple(sorted(profiles)))
    (profile,) = profiles
    carried = ((SignalKind.EMAIL, found.email), (SignalKind.PHONE, found.phone))
    suppressed = profile in found.suppressed
    return Candidate(
        row=25 if suppressed else one,
        profile=profile,
        by=frozenset(kind for kind, carriers in carried if profile in carriers),
        suppressed=suppressed,
    )


def _mismatch(row: int, found: _Found, named: ProfileId | None = None) -> Mismatch:
    return Mismatch(
        row=row,
        email_profiles=tuple(sorted(found.email)),
        phone_profiles=tuple(sorted(found.phone)),
        named=named,
    )


def _agreed(
    verdict: MatchVerdict, found: _Found, named: ProfileId, named_by: NamedBy | None
) -> MatchVerdict:
    """Keep the verdict where the named profile is among those found, else row 22.

    A name settles no ambiguity and no mismatch: it can only be one more contradiction.
    """
    match verdict:
        case Candidate(profile=profile) if profile == named:
            return replace(verdict, named_by=named_by)
        case Ambiguous(profiles=profiles) if named in profiles:
            return verdict
        case Mismatch() | TooEarly():
            return verdict
        case Candidate() | Ambiguous() | NoProfile():
            return _mismatch(22, found, named)
    assert_never(verdict)


def _ids(seen: Iterable[SeenProfile]) -> frozenset[ProfileId]:
    return frozenset(each.profile for each in seen)
