"""Is everything connected? Live checks, each with the fix where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from marketing_agent.core.errors import PlatformError, SetupMissing
from marketing_agent.services import connections
from marketing_agent.storage import merchants
from marketing_agent.storage.vault import Unsealable

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.merchants import LineAccountRow, Merchant


class CheckState(StrEnum):
    """What a check found."""

    OK = "ok"
    MISSING = "missing"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """No API can tell; a person has to try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCheck:
    """One line of the set-up check."""

    platform: str
    what: str
    state: CheckState
    says: str
    fix: str = ""


async def check_setup(ground: Ground, merchant_id: int) -> list[SetupCheck]:
    """Ask Klaviyo and LINE now, and read what is stored here."""
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        line = await merchants.line_account(tx, merchant_id)
    checks = [await _klaviyo(ground, merchant_id)]
    if line is None:
        checks.append(_missing_line())
    else:
        checks.append(await _messaging(ground, line))
        checks.append(await _webhook(ground, merchant, line))
        checks.append(_test_login())
    checks.append(_privacy_policy(merchant))
    return checks


async def _klaviyo(ground: Ground, merchant_id: int) -> SetupCheck:
    async def ask() -> str:
        async with ground.database.transaction() as tx:
            klaviyo = await connections.klaviyo_of(ground, tx, merchant_id)
        account = await klaviyo.account()
        return f"Connected to {account.organization or account.id}."

    fix = "Connect Klaviyo with a private key that may read and write profiles."
    return await _asked("Klaviyo", "account", ask(), fix)


async def _messaging(ground: Ground, line: LineAccountRow) -> SetupCheck:
    async def ask() -> str:
        bot = await connections.messaging_channel(ground, line).bot_info()
        return f"Connected to {bot.name} ({bot.basic_id})."

    fix = "Check the channel ID and the channel secret of the Messaging API channel."
    return await _asked("LINE", "Messaging API channel", ask(), fix)


async def _webhook(
    ground: Ground, merchant: Merchant, line: LineAccountRow
) -> SetupCheck:
    wanted = connections.webhook_url(ground, merchant.webhook_key)

    async def ask() -> str:
        endpoint = await connections.messaging_channel(ground, line).webhook_endpoint()
        if endpoint is None or endpoint.url != wanted:
            raise SetupMissing(what="The webhook URL", fix="")
        if not endpoint.active:
            raise SetupMissing(what='"Use webhook"', fix="")
        return "LINE sends follows and blocks to this program."

    fix = f'In the LINE console set the webhook URL {wanted}; turn "Use webhook" on.'
    return await _asked("LINE", "webhook", ask(), fix)


def _missing_line() -> SetupCheck:
    return SetupCheck(
        platform="LINE",
        what="channels",
        state=CheckState.MISSING,
        says="No LINE Official Account is connected.",
        fix="Connect the LINE Login channel and the Messaging API channel.",
    )


def _test_login() -> SetupCheck:
    return SetupCheck(
        platform="LINE",
        what="test login",
        state=CheckState.UNKNOWN,
        says="Whether both channels share a provider and login is published, only a "
        "login with a real phone can tell.",
        fix="Open one of your own linking URLs on your phone and log in once.",
    )


def _privacy_policy(merchant: Merchant) -> SetupCheck:
    there = merchant.privacy_policy_url is not None
    return SetupCheck(
        platform="Shop",
        what="privacy policy",
        state=CheckState.OK if there else CheckState.MISSING,
        says="The page before LINE Login links to it."
        if there
        else "LINE requires a link to your privacy policy before login.",
        fix="" if there else "Add the address of your privacy policy.",
    )


async def _asked(
    platform: str, what: str, question: Awaitable[str], fix: str
) -> SetupCheck:
    state, says = CheckState.OK, ""
    try:
        says = await question
    except SetupMissing as missing:
        state, says = CheckState.MISSING, missing.message.strip()
    except PlatformError as error:
        state, says = CheckState.FAILED, error.message
    except Unsealable:
        state = CheckState.FAILED
        says = "The stored credentials do not open with this installation's DATA_KEY."
    return SetupCheck(
        platform=platform,
        what=what,
        state=state,
        says=says,
        fix="" if state is CheckState.OK else fix,
    )
