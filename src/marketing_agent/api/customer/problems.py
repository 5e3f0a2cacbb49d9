"""What a customer is told when something went wrong, and the way back they are offered.

Decided by the class of the error alone: its message is for others. Never a 5xx, since a
stranger can cause every one of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from marketing_agent.api.customer.limits import TooManyRequests
from marketing_agent.core.errors import (
    LoginNotConfirmed,
    MarketingAgentError,
    NotFound,
    PlatformError,
    SetupMissing,
)
from marketing_agent.services import customer_claim, customer_login
from marketing_agent.services.tickets import TicketExpired
from marketing_agent.storage.vault import Unsealable


class WayBack(Enum):
    """What the page offers to tap."""

    NONE = "none"
    """Only the email leads on."""
    LANDING = "landing"
    """The landing page of the same ticket."""
    LANDING_WITHOUT_AUTO_LOGIN = "landing_without_auto_login"
    """The same, asking LINE not to log in by itself."""
    ANOTHER_BROWSER = "another_browser"
    """Its address to copy: this browser has failed twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A page about one kind of error; `name` is its section of the catalogues."""

    name: str
    status: int
    way_back: WayBack = WayBack.NONE


NOT_BY_HAND: Final = Problem(name="damaged", status=405)
_DAMAGED: Final = Problem(name="damaged", status=400)
_TECHNICAL: Final = Problem(name="technical", status=424, way_back=WayBack.LANDING)
_PROBLEMS: Final[dict[type[MarketingAgentError], Problem]] = {
    MarketingAgentError: _DAMAGED,
    Unsealable: _DAMAGED,
    NotFound: Problem(name="gone", status=404),
    TicketExpired: Problem(name="expired", status=410),
    customer_login.LoginCancelled: Problem(
        name="cancelled", status=200, way_back=WayBack.LANDING
    ),
    customer_login.LoginMixedUp: Problem(
        name="mixed_up", status=400, way_back=WayBack.LANDING_WITHOUT_AUTO_LOGIN
    ),
    customer_login.LoginMixedUpAgain: Problem(
        name="mixed_up_again", status=400, way_back=WayBack.ANOTHER_BROWSER
    ),
    TooManyRequests: Problem(name="busy", status=429, way_back=WayBack.LANDING),
    customer_claim.TicketUsed: Problem(name="used", status=409),
    LoginNotConfirmed: Problem(
        name="not_confirmed", status=400, way_back=WayBack.LANDING
    ),
    PlatformError: _TECHNICAL,
    SetupMissing: _TECHNICAL,
}


def problem_of(error: MarketingAgentError) -> Problem:
    """The page for the closest class of the error."""
    return next(
        _PROBLEMS[kind]
        for kind in type(error).__mro__
        if issubclass(kind, MarketingAgentError) and kind in _PROBLEMS
    )


def every_problem() -> tuple[Problem, ...]:
    """All pages of problems that there are."""
    return (NOT_BY_HAND, *_PROBLEMS.values())
