"""A test login: a real round through LINE Login that links nobody.

Its ticket names no signal, so its claim is refused at the door, and `check_setup` then
sees a login. Only that can tell that LINE Login is published, that the callback URL is
entered, and that both channels share a provider.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.door import Gate, Refused
from marketing_agent.core.facts import Method
from marketing_agent.services import connections, tickets
from marketing_agent.services.changes import OnlyPeopleApprove
from marketing_agent.services.customer_visit import landing_url

if TYPE_CHECKING:
    from datetime import datetime

    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground

SETTING: Final = "test-login"
"""No slug has a hyphen."""
_NO_SIGNAL: Final = Refused(row=7, why=Gate.NO_SIGNAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginTest:
    """What to open on a phone, once."""

    url: str
    expires_at: datetime


async def begin(ground: Ground, caller: Caller) -> LoginTest:
    """A fresh page for one test; stores nothing until somebody logs in.

    Raises OnlyPeopleApprove and SetupMissing.
    """
    if not caller.may_approve:
        raise OnlyPeopleApprove
    async with ground.database.transaction() as tx:
        await connections.line_account_of(tx, caller.merchant_id)
    ticket = tickets.new_ticket(
        Method.QR_LINK, caller.merchant_id, SETTING, _NO_SIGNAL, ground.clock()
    )
    sealed = tickets.seal_ticket(ground.vault, ticket)
    return LoginTest(url=landing_url(ground, sealed), expires_at=ticket.expires_at)
