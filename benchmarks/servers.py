"""Servers in processes of their own: the program, and a bare Starlette beside it."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from benchmarks.logs import keep_quiet
from marketing_agent.agent.conversations import open_conversations
from marketing_agent.agent.models import ModelInUse
from marketing_agent.agent.scripted import ScriptedChatModel, call
from marketing_agent.api.app import build_app
from marketing_agent.wiring.installation import open_installation
from marketing_agent.wiring.serving import bound, freeze_what_is_loaded, serving
from marketing_agent.wiring.talking import talking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection as Pipe

    from starlette.requests import Request
    from starlette.responses import Response

    from marketing_agent.settings import Settings

_SPAWN: Final = get_context("spawn")


@contextmanager
def program_server(settings: Settings) -> Iterator[str]:
    """Serve the program without a worker; gives its URL."""
    with _process(_serve_program, settings) as url:
        yield url


@contextmanager
def talking_server(settings: Settings, turns: int) -> Iterator[str]:
    """Serve the program with a model that looks once and then says one line."""
    with _process(_serve_talking, settings, turns) as url:
        yield url


@contextmanager
def bare_server() -> Iterator[str]:
    """Serve the least that a Starlette route can do; gives its URL."""
    with _process(_serve_bare) as url:
        yield url


@contextmanager
def _process(target: Callable[..., None], *arguments: Any) -> Iterator[str]:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=target, args=(theirs, *arguments), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve_program(pipe: Pipe, settings: Settings) -> None:
    keep_quiet()

    async def serve() -> None:
        async with (
            open_installation(settings) as program,
            talking(settings, program) as conversations,
        ):
            app = build_app(
                program.ground, program.toolbox, program.tokens, conversations
            )
            await _until_terminated(pipe, app)

    asyncio.run(serve())


def _serve_talking(pipe: Pipe, settings: Settings, turns: int) -> None:
    keep_quiet()
    look, line = call("show_qr_links"), "There is one custom QR code."
    script = ScriptedChatModel([step for _ in range(turns) for step in (look, line)])
    model = ModelInUse(name="scripted", chat_model=script, built_in=True)

    async def serve() -> None:
        async with (
            open_installation(settings) as program,
            open_conversations(
                program.ground, program.toolbox, model, program.database_url
            ) as conversations,
        ):
            app = build_app(
                program.ground, program.toolbox, program.tokens, conversations
            )
            await _until_terminated(pipe, app)

    asyncio.run(serve())


def _serve_bare(pipe: Pipe) -> None:
    app = Starlette(
        routes=[
            Route("/", _get, methods=["GET"]),
            Route("/", _post, methods=["POST"]),
        ]
    )
    asyncio.run(_until_terminated(pipe, app))


async def _until_terminated(pipe: Pipe, app: Any) -> None:
    async with serving(app, bound("127.0.0.1", 0)) as url:
        freeze_what_is_loaded()
        pipe.send(url)
        await asyncio.Event().wait()


async def _get(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _post(request: Request) -> Response:
    await request.body()
    return JSONResponse({})
