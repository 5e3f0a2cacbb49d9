"""A friend's own email address and phone number, and which telling of them holds.

They come from several places in any order: of each signal the latest word counts, and
"there is none any more" is a word too. Times are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from marketing_agent.core.blocked import BlockReason
from marketing_agent.core.signals import EmailAddress, Flaw, PhoneNumber, SignalKind

if TYPE_CHECKING:
    from datetime import datetime

    from marketing_agent.core.door import Refused


class SignalSource(StrEnum):
    """Where a friend's own signals come from."""

    LINE_LOGIN = "line_login"
    DASHBOARD = "dashboard"
    CSV = "csv"
    API = "api"

    @property
    def is_entered_by_hand(self) -> bool:
        """Whether somebody waits for an answer and can put a value right."""
        return self is not SignalSource.LINE_LOGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What was last said of one signal; None: there is none."""

    value: str | None = field(default=None, repr=False)
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendSignals:
    """All that is known of one friend."""

    email: Word = Word()
    phone: Word = Word()

    @property
    def email_address(self) -> EmailAddress | None:
        """The canonical address."""
        return None if self.email.value is None else EmailAddress(self.email.value)

    @property
    def phone_number(self) -> PhoneNumber | None:
        """The number in E.164."""
        return None if self.phone.value is None else PhoneNumber(self.phone.value)

    @property
    def any_given(self) -> bool:
        """Whether there is anything to look a profile up by."""
        return self.email.value is not None or self.phone.value is not None

    def says_the_same_as(self, other: FriendSignals) -> bool:
        """Whether the values are equal, whenever they were told."""
        mine = (self.email.value, self.phone.value)
        return mine == (other.email.value, other.phone.value)

    def told(
        self, at: datetime, *, email: str | None, phone: str | None
    ) -> FriendSignals:
        """What is known after this was told; None was not said, empty is "none".

        The order in which words arrive never matters.
        """
        return replace(
            self,
            email=_later(self.email, email, at),
            phone=_later(self.phone, phone, at),
        )


def _later(known: Word, value: str | None, at: datetime) -> Word:
    if value is None:
        return known
    told = Word(value=value or None, at=at)
    if known.at is None or (known.at, known.value or "") <= (at, value):
        return told
    return known


def why_refused(refused: Refused) -> str:
    """Why a value that somebody entered for a friend is not taken, to that person."""
    if refused.row == Flaw.UNRENDERED.row:
        return "it is a merge variable that was not filled in"
    if isinstance(refused.why, BlockReason):
        return "it is a shared or test value, not a person's"
    if refused.kind is SignalKind.EMAIL:
        return "it is not an email address"
    return "it is not the phone number of a person"
