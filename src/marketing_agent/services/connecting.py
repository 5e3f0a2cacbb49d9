"""Connecting Klaviyo and LINE from the dashboard: by an owner in person, as a change.

Everything is checked with the platform before anything is stored. What is recorded
names the account and never holds a key or a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.core.errors import PlatformError
from marketing_agent.services import changes, connections
from marketing_agent.services.changes import Call, Written
from marketing_agent.services.credential_checks import checked_klaviyo, checked_line
from marketing_agent.services.customer_visit import CALLBACK_PATH
from marketing_agent.services.owners import expect_owner
from marketing_agent.storage import merchants

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.callers import Caller
    from marketing_agent.services.connections import LineChannels
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.merchants import KlaviyoAccountRow, LineAccountRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is connected, and what LINE's console has to be given by hand."""

    klaviyo: KlaviyoAccountRow | None
    klaviyo_at: datetime | None
    line: LineAccountRow | None
    line_at: datetime | None
    asks_email: bool
    webhook_url: str
    callback_url: str
    add_friend_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineConnected:
    """LINE is connected; where LINE did not take the webhook URL: what it said."""

    change_id: int
    webhook_problem: str | None


async def standing(ground: Ground, merchant_id: int) -> Standing:
    """As it is stored; asks no platform. Raises NotFound."""
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        klaviyo = await merchants.klaviyo_account(tx, merchant_id)
        line = await merchants.line_account(tx, merchant_id)
        klaviyo_at, line_at = await merchants.connected_at(tx, merchant_id)
        asks_email = await merchants.asks_email(tx, merchant_id)
    add_friend = None if line is None else connections.add_friend_url(ground, line)
    return Standing(
        klaviyo=klaviyo,
        klaviyo_at=klaviyo_at,
        line=line,
        line_at=line_at,
        asks_email=asks_email,
        webhook_url=connections.webhook_url(ground, merchant.webhook_key),
        callback_url=f"{ground.public_url}{CALLBACK_PATH}",
        add_friend_url=add_friend,
    )


async def connect_klaviyo(ground: Ground, caller: Caller, private_key: str) -> int:
    """Check the key and store it sealed; gives the change's number.

    Raises OnlyOwners, and what `connections.connect_klaviyo` raises.
    """
    expect_owner(caller)
    account = await checked_klaviyo(ground, caller.merchant_id, private_key)

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        keep = connections.keep_klaviyo
        await keep(ground, tx, merchant_id, account, private_key)
        name = account.organization or account.public_id
        return Written(result={"name": name, "public_id": account.public_id})

    call = Call(tool="connect_klaviyo", arguments={})
    return (await changes.made_at_once(ground, caller, call, write)).change_id


async def connect_line(
    ground: Ground, caller: Caller, channels: LineChannels
) -> LineConnected:
    """Check both channels, store them sealed, and set the webhook URL.

    Raises OnlyOwners, and what `connections.connect_line` raises, but for a webhook URL
    that LINE does not take: the channels are good, and it can be set by hand.
    """
    expect_owner(caller)
    bot = await checked_line(ground, channels.login, channels.messaging)

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        await connections.keep_line(ground, tx, merchant_id, channels, bot)
        return Written(result={"name": bot.name, "basic_id": bot.basic_id})

    call = Call(tool="connect_line", arguments={})
    made = await changes.made_at_once(ground, caller, call, write)
    problem = None
    try:
        await connections.begin_with_line(ground, caller.merchant_id, channels)
    except PlatformError as error:
        problem = error.message
    return LineConnected(change_id=made.change_id, webhook_problem=problem)
