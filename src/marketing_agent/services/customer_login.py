"""The customer's login: from LINE's callback to a stored claim.

The callback is the one GET that writes, once per ticket. Where the browser is not the
one that opened the page (in-app browsers lose cookies), it only seals what it learnt,
and the answer on the confirm page stores the claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.core.errors import NotAllowed
from marketing_agent.platforms.line.authorize import (
    LoginDeclined,
    LoginGranted,
    read_callback,
)
from marketing_agent.platforms.line.types import UserTokens
from marketing_agent.services import connections, customer_claim, tickets
from marketing_agent.services.customer_visit import (
    RETRY,
    masked_signals,
    redirect_uri,
)
from marketing_agent.services.tickets import Login, Ticket
from marketing_agent.storage import merchants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.merchants import LineAccountRow, Merchant


class LoginCancelled(NotAllowed):
    """You cancelled. Nothing was linked; you can try again whenever you like."""


class LoginMixedUp(NotAllowed):
    """This login does not belong to the link that was opened. Please try again."""


class LoginMixedUpAgain(LoginMixedUp):
    """The second try was mixed up too. Open the link in another browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToConfirm:
    """Another browser came back from LINE: the customer says yes or no first."""

    login: str
    shop: str
    account: str
    masked: tuple[str, ...]


async def come_back(
    ground: Ground, sealed: str, query: Mapping[str, str], browser_mark: str | None
) -> str | ToConfirm:
    """LINE's callback: the text of a visitor note, or what has to be confirmed first.

    Raises Unsealable, TicketExpired, LoginCancelled, LoginMixedUp, TicketUsed,
    LoginNotConfirmed and PlatformError.
    """
    ticket = tickets.open_ticket(ground.vault, sealed, ground.clock())
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, ticket.merchant_id)
        account = await connections.line_account_of(tx, merchant.id)
    login = await _log_in(ground, account, sealed, query)
    if browser_mark != tickets.browser_mark(ground.vault, sealed):
        return ToConfirm(
            login=tickets.seal_login(ground.vault, login),
            shop=merchant.name,
            account=account.display_name,
            masked=masked_signals(ticket),
        )
    return await customer_claim.store(ground, merchant, ticket, login)


async def confirm(ground: Ground, sealed_login: str) -> str:
    """The customer said yes on the confirm page; gives the visitor note.

    Raises Unsealable, TicketExpired and TicketUsed.
    """
    merchant, ticket, login = await _unconfirmed(ground, sealed_login)
    return await customer_claim.store(ground, merchant, ticket, login)


async def decline(ground: Ground, sealed_login: str) -> None:
    """The customer said "not me". Raises Unsealable, TicketExpired and TicketUsed."""
    merchant, ticket, login = await _unconfirmed(ground, sealed_login)
    await customer_claim.store_declined(ground, merchant, ticket, login)


async def _log_in(
    ground: Ground, account: LineAccountRow, sealed: str, query: Mapping[str, str]
) -> Login:
    """Exchange the code of a callback; what LINE says of a new friend is not used.

    `friendship_status_changed` is false for friends of old and for those who declined
    alike, so the friendship is asked for (LINE Login, "Link a LINE Official Account").
    """
    retry = query.get(RETRY) == "1"
    attempt = tickets.login_attempt(ground.vault, sealed)
    match read_callback(query):
        case LoginGranted(state=state, code=code) if state == attempt.state:
            pass
        case LoginDeclined(state=state, by_customer=True) if state == attempt.state:
            raise LoginCancelled
        case _:
            raise LoginMixedUpAgain if retry else LoginMixedUp
    line = connections.login_channel(ground, account)
    tokens = await line.exchange(
        code,
        redirect_uri=redirect_uri(ground, sealed, retry=retry),
        code_verifier=attempt.code_verifier,
    )
    person = await line.verify(tokens.id_token, nonce=attempt.nonce, now=ground.clock())
    asked_at = ground.clock()
    return Login(
        ticket=sealed,
        line_user=person.user_id,
        is_friend=await line.friendship(tokens.access_token),
        name=person.name,
        email=person.email,
        granted=UserTokens(
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            expires_in=tokens.expires_in,
        ),
        at=asked_at,
    )


async def _unconfirmed(
    ground: Ground, sealed_login: str
) -> tuple[Merchant, Ticket, Login]:
    now = ground.clock()
    login = tickets.open_login(ground.vault, sealed_login, now)
    ticket = tickets.open_ticket(ground.vault, login.ticket, now)
    async with ground.database.transaction() as tx:
        return await merchants.get(tx, ticket.merchant_id), ticket, login
