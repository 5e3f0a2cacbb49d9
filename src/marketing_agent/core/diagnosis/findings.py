"""What a check found: whether it is well, what was seen, and what to do about it.

The sentences are English and the source text of their translations. Names and
addresses in the evidence are somebody else's text; no email or phone is ever in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.masked_text import masked_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

_LONGEST_NAME: Final = 60
_LONGEST_ADDRESS: Final = 200


class FindingState(StrEnum):
    """How a thing stands; worst first."""

    PROBLEM = "problem"
    """This alone explains the symptom."""
    DOUBT = "doubt"
    """This may explain it, or will hurt later."""
    UNKNOWN = "unknown"
    """It could not be checked now, or no API can tell."""
    OK = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One thing that was seen, such as the address that a button leads to."""

    what: str
    value: str


def named(what: str, name: str) -> Seen:
    """A name that somebody else chose: one short line that tells on nobody."""
    line = " ".join(name[: 10 * _LONGEST_NAME].split())
    return Seen(what=what, value=masked_text(line)[:_LONGEST_NAME])


def at_address(what: str, address: str) -> Seen:
    """An address of somebody else's, without its query: that may hold anything."""
    plain = address.partition("?")[0].partition("#")[0]
    return Seen(what=what, value=plain[:_LONGEST_ADDRESS])


def counted(what: str, number: int) -> Seen:
    """How many there are of something."""
    return Seen(what=what, value=str(number))


def at_time(what: str, moment: datetime) -> Seen:
    """When something was, to the minute."""
    return Seen(what=what, value=f"{moment:%Y-%m-%d %H:%M} UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A tool call that mends it; a merchant approves it first.

    The arguments are those that are known: what else the tool needs, the merchant says.
    """

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of a diagnosis."""

    check: str
    """The check's stable name."""
    state: FindingState
    says: str
    evidence: tuple[Seen, ...] = ()
    fix: str = ""
    """What a person can do; empty when all is well."""
    remedy: Remedy | None = None
    not_set_up: bool = False
    """Nobody has done it yet; it is not that it broke."""


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Problems before doubts before what is unknown; otherwise as they came."""
    order = list(FindingState)
    return sorted(findings, key=lambda each: order.index(each.state))
