"""Everything up at once: the program, its worker, Klaviyo, LINE, the shop."""

from __future__ import annotations

import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from marketing_agent.api.app import build_app
from marketing_agent.core.callers import Caller, CallerKind, Role
from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.sandbox.seed import PERSONAS, SHOP_NAME
from marketing_agent.services import connections
from marketing_agent.services.merchants import add_merchant
from marketing_agent.wiring.framing import Framed
from marketing_agent.wiring.installation import open_installation
from marketing_agent.wiring.serving import bound_near, serving
from marketing_agent.wiring.stage import Stage, set_stage
from marketing_agent.wiring.stage_page import StagePage, at_the_desk, stage_page_app
from marketing_agent.wiring.story.scene import Cast
from marketing_agent.wiring.talking import talking
from marketing_agent.wiring.working import working

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from socket import socket

    from starlette.types import ASGIApp

    from marketing_agent.agent.models import ModelInUse
    from marketing_agent.settings import Settings
    from marketing_agent.wiring.installation import Installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo and how to reach it."""

    url: str
    token: str
    stage: Stage
    page_url: str | None
    """Of the page that tells the story; None where nobody wants to see it."""

    @property
    def cast(self) -> Cast:
        """The first persona meets this shop."""
        return Cast(
            api_url=self.url,
            token=self.token,
            klaviyo_url=self.stage.klaviyo_url,
            klaviyo_key=self.stage.klaviyo.private_key,
            line_url=self.stage.line_url,
            shop_url=self.stage.shop_url,
            customer=PERSONAS[0],
        )


@asynccontextmanager
async def running_demo(
    base: Settings,
    ports: tuple[int, int, int, int] = (0, 0, 0, 0),
    *,
    model: ModelInUse | None = None,
    page_port: int | None = None,
) -> AsyncIterator[Demo]:
    """Start all of it on a database of its own that is thrown away afterwards.

    `model` answers in the chat instead of the one that the settings name. With a
    `page_port` the stage's page is served too, and may show all the others in frames.
    """
    async with AsyncExitStack() as opened:
        folder = opened.enter_context(_scratch_folder())
        page = None if page_port is None else bound_near("127.0.0.1", page_port)
        page_url = None if page is None else _address(page)
        stage = await opened.enter_async_context(
            set_stage(ports=ports[1:], framed_by=page_url)
        )
        listening = bound_near("127.0.0.1", ports[0])
        url = _address(listening)
        settings = stage.settings(
            base, database_url=None, data_folder=folder, public_url=url
        )
        program = await opened.enter_async_context(
            open_installation(settings, durable=False)
        )
        conversations = await opened.enter_async_context(
            talking(settings, program, model)
        )
        app: ASGIApp = build_app(
            program.ground, program.toolbox, program.tokens, conversations
        )
        if page_url is not None:
            app = Framed(app, page_url)
        await opened.enter_async_context(serving(app, listening))
        await opened.enter_async_context(working(program, concurrency=4))
        owner = await _merchant(program, stage)
        if page is not None:
            shown = StagePage(stage=stage, program=program, owner=owner)
            await opened.enter_async_context(serving(stage_page_app(shown), page))
            await opened.enter_async_context(at_the_desk(shown))
        token = program.tokens.token_for(owner)
        yield Demo(url=url, token=token, stage=stage, page_url=page_url)


def _address(listening: socket) -> str:
    return f"http://localhost:{listening.getsockname()[1]}"


async def _merchant(program: Installation, stage: Stage) -> Caller:
    """Add and connect the demo's merchant; gives its owner."""
    ground = program.ground
    stage.line.register_callback(f"{ground.public_url}/line/callback")
    merchant = await add_merchant(
        ground, name=SHOP_NAME, privacy_policy_url=f"{stage.shop_url}/privacy"
    )
    await connections.connect_klaviyo(ground, merchant.id, stage.klaviyo.private_key)
    login, messaging = stage.line.login_channel, stage.line.messaging_channel
    channels = connections.LineChannels(
        login=LineChannel(id=login.id, secret=login.secret),
        messaging=LineChannel(id=messaging.id, secret=messaging.secret),
    )
    await connections.connect_line(ground, merchant.id, channels)
    return Caller(
        subject="demo owner",
        merchant_id=merchant.id,
        role=Role.OWNER,
        kind=CallerKind.HUMAN,
    )


def _scratch_folder() -> _Scratch:
    return _Scratch(prefix="marketing-agent-demo-")


class _Scratch(tempfile.TemporaryDirectory[str]):
    """A folder for one run; root's database server, another account, passes through."""

    def __enter__(self) -> Path:  # type: ignore[override]
        folder = Path(super().__enter__())
        folder.chmod(0o711)
        return folder / "data"
