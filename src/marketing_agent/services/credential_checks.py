"""Whether a merchant's keys are good, as Klaviyo and LINE say at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import BadInput, CredentialsRefused
from marketing_agent.services.platform_clients import klaviyo_client, line_messaging
from marketing_agent.storage import merchants

if TYPE_CHECKING:
    from marketing_agent.platforms.klaviyo.types import KlaviyoAccount
    from marketing_agent.platforms.line.types import LineBot, LineChannel
    from marketing_agent.services.ground import Ground

_LONGEST_CREDENTIAL: Final = 200


class UnusableCredential(BadInput):
    """{what} consists of {form}. Copy it once more, without spaces around it."""


class KeyRefused(CredentialsRefused):
    """Klaviyo does not take this private API key ({status}: {detail}).

    Make one in Klaviyo's settings under API keys, with the right to read accounts.
    """


class ChannelRefused(CredentialsRefused):
    """LINE does not take the ID and secret of the {channel} channel ({detail}).

    Copy both again from the channel's Basic settings in the LINE Developers console.
    """


class SameChannelTwice(BadInput):
    """LINE Login and the Messaging API need a channel each; this is one channel twice.

    Make the other channel in the same provider of the LINE Developers console.
    """


async def checked_klaviyo(
    ground: Ground, merchant_id: int, private_key: str
) -> KlaviyoAccount:
    """Whose key it is, as Klaviyo says now.

    Raises UnusableCredential, NotFound, CredentialsRefused and PlatformError.
    """
    _expect_credential("The private API key", private_key)
    async with ground.database.transaction() as tx:
        await merchants.get(tx, merchant_id)
    try:
        return await klaviyo_client(ground, merchant_id, private_key).account()
    except CredentialsRefused as error:
        raise KeyRefused(**error.facts) from error


async def checked_line(
    ground: Ground, login: LineChannel, messaging: LineChannel
) -> LineBot:
    """Whose channels they are: LINE gives each a token now, and names the account.

    Raises UnusableCredential, SameChannelTwice, CredentialsRefused and PlatformError.
    """
    for each in (login, messaging):
        if not (each.id.isascii() and each.id.isdigit()):
            raise UnusableCredential(what="A channel ID", form="digits")
        _expect_credential("A channel secret", each.secret)
    if login.id == messaging.id:
        raise SameChannelTwice
    await _expect_channel(ground, "LINE Login", login)
    await _expect_channel(ground, "Messaging API", messaging)
    return await line_messaging(ground, messaging).bot_info()


async def _expect_channel(ground: Ground, name: str, channel: LineChannel) -> None:
    """Raises ChannelRefused."""
    # A token that is kept would speak for a secret that was changed since.
    ground.line_tokens.forget(channel)
    try:
        await ground.line_tokens.token(channel)
    except CredentialsRefused as error:
        raise ChannelRefused(**error.facts, channel=name) from error


def _expect_credential(what: str, text: str) -> None:
    """Raises UnusableCredential for what no header could carry."""
    is_visible = text.isascii() and text.isprintable() and " " not in text
    if not (is_visible and 0 < len(text) <= _LONGEST_CREDENTIAL):
        raise UnusableCredential(what=what, form="letters, digits and signs")
