"""What the commands of the command line do."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from marketing_agent.api.app import build_app
from marketing_agent.core.callers import Caller, CallerKind, Role
from marketing_agent.core.errors import BadInput
from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.services import connections
from marketing_agent.services import merchants as merchant_service
from marketing_agent.settings import Settings
from marketing_agent.storage import merchants
from marketing_agent.storage.vault import new_key as new_random_key
from marketing_agent.wiring.checkup import checkup
from marketing_agent.wiring.demo import working
from marketing_agent.wiring.installation import open_installation
from marketing_agent.wiring.serving import bound, serving
from marketing_agent.wiring.stage import set_stage

if TYPE_CHECKING:
    from marketing_agent.wiring.installation import Installation

_SANDBOX_PORTS: Final = (8001, 8002, 8003)


class UnusableSetting(BadInput):
    """The settings cannot be used: {problems}."""


async def serve(*, with_worker: bool) -> None:
    """Serve until stopped."""
    settings = _settings()
    listening = bound(settings.host, settings.port)
    async with open_installation(settings) as program:
        app = build_app(program.ground, program.toolbox, program.tokens)
        async with serving(app, listening, trusted_proxies=settings.trusted_proxies):
            port = listening.getsockname()[1]
            _say(f"Serving on {settings.host}:{port}; docs at /api/docs.")
            await _stay(program, settings, with_worker=with_worker)


async def work() -> None:
    """Work until stopped."""
    settings = _settings()
    async with open_installation(settings) as program:
        _say("Working. Ctrl-C stops after what is in hand.")
        await _stay(program, settings, with_worker=True)


async def sandbox() -> None:
    """Serve the sandbox until stopped."""
    async with set_stage(ports=_SANDBOX_PORTS) as stage:
        _say(json.dumps(stage.description()))
        await asyncio.Event().wait()


async def migrate() -> None:
    """Opening the installation is what migrates it."""
    async with open_installation(_settings()):
        _say("The database is up to date.")


async def doctor(*, new_key: bool) -> int:
    """Print every check; the exit status is 1 when one of them failed."""
    if new_key:
        _say(new_random_key())
        return 0
    found = await checkup(_settings())
    for each in found:
        _say(f"{'ok     ' if each.ok else 'PROBLEM'}  {each.what}: {each.says}")
    return 0 if all(each.ok for each in found) else 1


async def add_merchant(
    name: str, region: str, time_zone: str, privacy_policy: str | None
) -> None:
    """Print the new merchant's number."""
    async with open_installation(_settings()) as program:
        merchant = await merchant_service.add_merchant(
            program.ground,
            name=name,
            phone_region=region,
            time_zone=time_zone,
            privacy_policy_url=privacy_policy,
        )
        _say(f"{merchant.id}")


async def list_merchants() -> None:
    """Print a line per merchant."""
    async with (
        open_installation(_settings()) as program,
        program.ground.database.transaction() as tx,
    ):
        for each in await merchants.all_of_them(tx):
            klaviyo = await merchants.klaviyo_account(tx, each.id)
            line = await merchants.line_account(tx, each.id)
            connected = (
                f"Klaviyo: {klaviyo.organization if klaviyo else 'not connected'}, "
                f"LINE: {line.display_name if line else 'not connected'}"
            )
            _say(f"{each.id}  {each.name}  {connected}")


async def connect_klaviyo(merchant_id: int, key: str) -> None:
    """Check the key and store it."""
    async with open_installation(_settings()) as program:
        account = await connections.connect_klaviyo(program.ground, merchant_id, key)
        _say(f"Connected to {account.organization or account.id}.")


async def connect_line(
    merchant_id: int, login: tuple[str, str], messaging: tuple[str, str]
) -> None:
    """Check the channels and store them."""
    channels = connections.LineChannels(
        login=LineChannel(id=login[0], secret=login[1]),
        messaging=LineChannel(id=messaging[0], secret=messaging[1]),
    )
    async with open_installation(_settings()) as program:
        ground = program.ground
        bot = await connections.connect_line(ground, merchant_id, channels)
        _say(f"Connected to {bot.name} ({bot.basic_id}).")
        _say(
            "Add to the LINE Login channel the callback URL "
            f"{ground.public_url}/line/callback"
        )


async def print_token(merchant_id: int, name: str) -> None:
    """Print a token of an owner."""
    async with open_installation(_settings()) as program:
        async with program.ground.database.transaction() as tx:
            await merchants.get(tx, merchant_id)
        caller = Caller(
            subject=name,
            merchant_id=merchant_id,
            role=Role.OWNER,
            kind=CallerKind.HUMAN,
        )
        _say(program.tokens.token_for(caller))


async def _stay(
    program: Installation, settings: Settings, *, with_worker: bool
) -> None:
    if not with_worker:
        await asyncio.Event().wait()
    async with working(program, concurrency=settings.worker_concurrency):
        await asyncio.Event().wait()


def _settings() -> Settings:
    """What the environment says. Raises UnusableSetting, which shows no value."""
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)
        )
        raise UnusableSetting(problems=problems) from error


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
