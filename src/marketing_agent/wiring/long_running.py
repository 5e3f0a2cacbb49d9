"""The commands that go on until they are told to stop."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Final

from marketing_agent.api.app import build_app
from marketing_agent.wiring.demo import working
from marketing_agent.wiring.installation import open_installation
from marketing_agent.wiring.serving import bound, serving
from marketing_agent.wiring.stage import set_stage
from marketing_agent.wiring.terminal import say, settings_of_environment

if TYPE_CHECKING:
    from marketing_agent.settings import Settings
    from marketing_agent.wiring.installation import Installation

_SANDBOX_PORTS: Final = (8001, 8002, 8003)


async def serve(*, with_worker: bool) -> None:
    """Serve until stopped."""
    settings = settings_of_environment()
    listening = bound(settings.host, settings.port)
    async with open_installation(settings) as program:
        app = build_app(program.ground, program.toolbox, program.tokens)
        async with serving(app, listening, trusted_proxies=settings.trusted_proxies):
            port = listening.getsockname()[1]
            say(f"Serving on {settings.host}:{port}; docs at /api/docs.")
            await _stay(program, settings, with_worker=with_worker)


async def work() -> None:
    """Work until stopped."""
    settings = settings_of_environment()
    async with open_installation(settings) as program:
        say("Working. Ctrl-C stops after what is in hand.")
        await _stay(program, settings, with_worker=True)


async def sandbox() -> None:
    """Serve the sandbox until stopped."""
    async with set_stage(ports=_SANDBOX_PORTS) as stage:
        say(json.dumps(stage.description()))
        await asyncio.Event().wait()


async def _stay(
    program: Installation, settings: Settings, *, with_worker: bool
) -> None:
    if not with_worker:
        await asyncio.Event().wait()
    async with working(program, concurrency=settings.worker_concurrency):
        await asyncio.Event().wait()
