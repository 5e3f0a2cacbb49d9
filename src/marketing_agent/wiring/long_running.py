"""The commands that serve until they are told to stop."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Final

from marketing_agent.api.app import build_app
from marketing_agent.wiring.installation import open_installation
from marketing_agent.wiring.serving import bound, freeze_what_is_loaded, serving
from marketing_agent.wiring.stage import set_stage
from marketing_agent.wiring.talking import talking
from marketing_agent.wiring.terminal import say, settings_of_environment
from marketing_agent.wiring.working import working

_SANDBOX_PORTS: Final = (8001, 8002, 8003)


async def serve(*, with_worker: bool) -> None:
    """Serve until stopped."""
    settings = settings_of_environment()
    listening = bound(settings.host, settings.port)
    async with AsyncExitStack() as opened:
        program = await opened.enter_async_context(open_installation(settings))
        conversations = await opened.enter_async_context(talking(settings, program))
        app = build_app(program.ground, program.toolbox, program.tokens, conversations)
        server = serving(app, listening, trusted_proxies=settings.trusted_proxies)
        await opened.enter_async_context(server)
        port = listening.getsockname()[1]
        say(f"Serving on {settings.host}:{port}; docs at /api/docs.")
        say(f"The {conversations.model_name} answers in the chat.")
        if with_worker:
            worker = working(program, concurrency=settings.worker_concurrency)
            await opened.enter_async_context(worker)
        freeze_what_is_loaded()
        await asyncio.Event().wait()


async def sandbox() -> None:
    """Serve the sandbox until stopped."""
    async with set_stage(ports=_SANDBOX_PORTS) as stage:
        say(json.dumps(stage.description()))
        await asyncio.Event().wait()
