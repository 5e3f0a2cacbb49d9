"""A merchant's Klaviyo account and LINE Official Account: connecting and using them.

Credentials come from the operator's command line or the dashboard's form, never from
the chat, and are sealed at rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from sqlalchemy.exc import IntegrityError

from marketing_agent.core.errors import Conflict, SetupMissing
from marketing_agent.platforms.line.login import LineLogin
from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.services import filling_runs
from marketing_agent.services.credential_checks import checked_klaviyo, checked_line
from marketing_agent.services.ground import Ground, Work
from marketing_agent.services.platform_clients import klaviyo_client, line_messaging
from marketing_agent.storage import merchants

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.platforms.klaviyo.client import KlaviyoClient
    from marketing_agent.platforms.klaviyo.types import KlaviyoAccount
    from marketing_agent.platforms.line.messaging import LineMessaging
    from marketing_agent.platforms.line.types import LineBot
    from marketing_agent.storage.merchants import LineAccountRow

_KLAVIYO_KEY: Final = "klaviyo private key"
_LINE_SECRET: Final = "line channel secret"  # noqa: S105 - a purpose, not a secret


class AnotherKlaviyoAccount(Conflict):
    """This merchant is tied to the Klaviyo account {known}; the key belongs to {given}.

    Links name profiles of the first account. Use a key of that account, or add a new
    merchant for the other one.
    """


class AnotherLineAccount(Conflict):
    """This merchant is tied to the LINE Official Account {known}, not to {given}.

    LINE User IDs differ between providers, so the links made would name nobody. Use
    the channels of that account, or add a new merchant for the other one.
    """


class LineAccountTaken(Conflict):
    """The LINE Official Account {name} already belongs to another merchant here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChannels:
    """The two channels of one LINE Official Account; both in the same provider."""

    login: LineChannel = field(repr=False)
    messaging: LineChannel = field(repr=False)


async def connect_klaviyo(
    ground: Ground, merchant_id: int, private_key: str
) -> KlaviyoAccount:
    """Check the key with Klaviyo and store it sealed.

    Raises NotFound, AnotherKlaviyoAccount, CredentialsRefused and PlatformError.
    """
    account = await checked_klaviyo(ground, merchant_id, private_key)
    async with ground.database.merchant_transaction(merchant_id) as tx:
        await keep_klaviyo(ground, tx, merchant_id, account, private_key)
    return account


async def keep_klaviyo(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    account: KlaviyoAccount,
    private_key: str,
) -> None:
    """Store a checked key, sealed. Raises AnotherKlaviyoAccount."""
    known = await merchants.klaviyo_account(tx, merchant_id)
    if known is not None and known.account_id != account.id:
        raise AnotherKlaviyoAccount(known=known.account_id, given=account.id)
    row = merchants.KlaviyoAccountRow(
        account_id=account.id,
        public_id=account.public_id,
        organization=account.organization or "",
        time_zone=account.timezone,
        key_sealed=ground.vault.seal(private_key.encode(), purpose=_KLAVIYO_KEY),
    )
    await merchants.connect_klaviyo(tx, merchant_id, row, ground.clock())


async def connect_line(
    ground: Ground, merchant_id: int, channels: LineChannels
) -> LineBot:
    """Check both channels with LINE, store them sealed, and set the webhook URL.

    Raises NotFound, AnotherLineAccount, LineAccountTaken, and what checking raises.
    """
    bot = await checked_line(ground, channels.login, channels.messaging)
    async with ground.database.transaction() as tx:
        await keep_line(ground, tx, merchant_id, channels, bot)
    await begin_with_line(ground, merchant_id, channels)
    return bot


async def keep_line(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    channels: LineChannels,
    bot: LineBot,
) -> None:
    """Store checked channels, sealed; the first time LINE's list of friends is read.

    Raises NotFound, AnotherLineAccount and LineAccountTaken.
    """
    await merchants.get(tx, merchant_id)
    known = await merchants.line_account(tx, merchant_id)
    if known is not None and known.bot_user_id != bot.user_id:
        raise AnotherLineAccount(known=known.basic_id, given=bot.basic_id)
    row = _line_row(ground, channels, bot)
    try:
        await merchants.connect_line(tx, merchant_id, row, ground.clock())
    except IntegrityError as error:
        raise LineAccountTaken(name=bot.name) from error
    if known is None:
        await filling_runs.begin_in(tx, merchant_id, ground.clock())


async def begin_with_line(
    ground: Ground, merchant_id: int, channels: LineChannels
) -> None:
    """Once they are stored: tell LINE our webhook URL. Raises PlatformError."""
    await ground.wake(Work.FILL_FRIENDS, merchant_id)
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
    url = webhook_url(ground, merchant.webhook_key)
    await line_messaging(ground, channels.messaging).set_webhook_endpoint(url)


def _line_row(
    ground: Ground, channels: LineChannels, bot: LineBot
) -> merchants.LineAccountRow:
    seal = ground.vault.seal
    return merchants.LineAccountRow(
        bot_user_id=bot.user_id,
        basic_id=bot.basic_id,
        display_name=bot.name,
        login_channel_id=channels.login.id,
        login_secret_sealed=seal(channels.login.secret.encode(), purpose=_LINE_SECRET),
        messaging_channel_id=channels.messaging.id,
        messaging_secret_sealed=seal(
            channels.messaging.secret.encode(), purpose=_LINE_SECRET
        ),
    )


def webhook_url(ground: Ground, webhook_key: str) -> str:
    """Where LINE has to send this merchant's events."""
    return f"{ground.public_url}/line/webhook/{webhook_key}"


def add_friend_url(ground: Ground, account: LineAccountRow) -> str:
    """LINE's own page for adding the account (LINE URL scheme, `R/ti/p`)."""
    basic_id = quote(account.basic_id, safe="")
    return f"{ground.hosts.line_add_friend}/R/ti/p/{basic_id}"


async def klaviyo_of(
    ground: Ground, tx: AsyncConnection, merchant_id: int, *, background: bool = False
) -> KlaviyoClient:
    """The client of the merchant's Klaviyo account. Raises SetupMissing.

    `background` work leaves a part of the rate limits to calls that somebody waits for.
    """
    account = await merchants.klaviyo_account(tx, merchant_id)
    if account is None:
        raise SetupMissing(
            what="Klaviyo", fix="Connect the Klaviyo account with its private key."
        )
    key = ground.vault.open(account.key_sealed, purpose=_KLAVIYO_KEY).decode()
    return klaviyo_client(ground, merchant_id, key, background=background)


async def line_account_of(tx: AsyncConnection, merchant_id: int) -> LineAccountRow:
    """The merchant's LINE Official Account. Raises SetupMissing."""
    account = await merchants.line_account(tx, merchant_id)
    if account is None:
        raise SetupMissing(
            what="LINE",
            fix="Connect the LINE Login channel and the Messaging API channel.",
        )
    return account


def login_channel(ground: Ground, account: LineAccountRow) -> LineLogin:
    """The client of the account's LINE Login channel."""
    secret = ground.vault.open(account.login_secret_sealed, purpose=_LINE_SECRET)
    channel = LineChannel(id=account.login_channel_id, secret=secret.decode())
    return LineLogin(ground.hosts.line_api, channel, ground.sender, ground.line_tokens)


def messaging_channel(
    ground: Ground, account: LineAccountRow, *, background: bool = False
) -> LineMessaging:
    """The client of the account's Messaging API channel."""
    channel = LineChannel(
        id=account.messaging_channel_id, secret=webhook_secret(ground, account)
    )
    return line_messaging(ground, channel, background=background)


def webhook_secret(ground: Ground, account: LineAccountRow) -> str:
    """The secret that LINE signs this account's webhooks with."""
    sealed = account.messaging_secret_sealed
    return ground.vault.open(sealed, purpose=_LINE_SECRET).decode()
