"""The commands that do one thing and end."""

from __future__ import annotations

from datetime import timedelta

from marketing_agent.core.callers import Caller, CallerKind, Role
from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.services import connections, invitations
from marketing_agent.services import merchants as merchant_service
from marketing_agent.storage import merchants
from marketing_agent.storage.vault import new_key as new_random_key
from marketing_agent.wiring.installation import open_installation
from marketing_agent.wiring.terminal import say, settings_of_environment


async def migrate() -> None:
    """Opening the installation is what migrates it."""
    async with open_installation(settings_of_environment()):
        say("The database is up to date.")


async def doctor(*, new_key: bool) -> int:
    """Print every check; the exit status is 1 when one of them failed."""
    if new_key:
        say(new_random_key())
        return 0
    # Only the doctor pays for importing every check.
    from marketing_agent.wiring.checkup import checkup  # noqa: PLC0415

    found = await checkup(settings_of_environment())
    for each in found:
        say(f"{'ok     ' if each.ok else 'PROBLEM'}  {each.what}: {each.says}")
    return 0 if all(each.ok for each in found) else 1


async def add_merchant(
    name: str, region: str, time_zone: str, privacy_policy: str | None
) -> None:
    """Print the new merchant's number."""
    async with open_installation(settings_of_environment()) as program:
        merchant = await merchant_service.add_merchant(
            program.ground,
            name=name,
            phone_region=region,
            time_zone=time_zone,
            privacy_policy_url=privacy_policy,
        )
        say(f"{merchant.id}")


async def list_merchants() -> None:
    """Print a line per merchant."""
    async with (
        open_installation(settings_of_environment()) as program,
        program.ground.database.transaction() as tx,
    ):
        for each in await merchants.all_of_them(tx):
            klaviyo = await merchants.klaviyo_account(tx, each.id)
            line = await merchants.line_account(tx, each.id)
            connected = (
                f"Klaviyo: {klaviyo.organization if klaviyo else 'not connected'}, "
                f"LINE: {line.display_name if line else 'not connected'}"
            )
            say(f"{each.id}  {each.name}  {connected}")


async def connect_klaviyo(merchant_id: int, key: str) -> None:
    """Check the key and store it."""
    async with open_installation(settings_of_environment()) as program:
        account = await connections.connect_klaviyo(program.ground, merchant_id, key)
        say(f"Connected to {account.organization or account.id}.")


async def connect_line(
    merchant_id: int,
    login: tuple[str, str],
    messaging: tuple[str, str],
    *,
    ask_email: bool | None,
) -> None:
    """Check the channels and store them."""
    channels = connections.LineChannels(
        login=LineChannel(id=login[0], secret=login[1]),
        messaging=LineChannel(id=messaging[0], secret=messaging[1]),
    )
    async with open_installation(settings_of_environment()) as program:
        ground = program.ground
        bot = await connections.connect_line(ground, merchant_id, channels)
        if ask_email is not None:
            async with ground.database.transaction() as tx:
                await merchants.let_ask_for_email(tx, merchant_id, asks=ask_email)
        say(f"Connected to {bot.name} ({bot.basic_id}).")
        say(
            "Add to the LINE Login channel the callback URL "
            f"{ground.public_url}/line/callback"
        )


async def invite(merchant_id: int, name: str, role: str, hours: int) -> None:
    """Print the link that signs this person in, once."""
    async with open_installation(settings_of_environment()) as program:
        link = await invitations.invite(
            program.ground,
            merchant_id,
            name=name,
            role=Role(role),
            life=timedelta(hours=hours),
        )
        say(link)


async def print_token(merchant_id: int, name: str, kind: str) -> None:
    """Print a token of an owner, or of a program that acts for one."""
    async with open_installation(settings_of_environment()) as program:
        async with program.ground.database.transaction() as tx:
            await merchants.get(tx, merchant_id)
        caller = Caller(
            subject=name,
            merchant_id=merchant_id,
            role=Role.OWNER,
            kind=CallerKind(kind),
        )
        say(program.tokens.token_for(caller))
