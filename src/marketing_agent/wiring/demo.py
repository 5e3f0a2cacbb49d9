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
from marketing_agent.wiring.installation import open_installation
from marketing_agent.wiring.serving import bound_near, serving
from marketing_agent.wiring.stage import Stage, set_stage
from marketing_agent.wiring.story.scene import Cast
from marketing_agent.wiring.talking import talking
from marketing_agent.wiring.working import working

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from marketing_agent.agent.models import ModelInUse
    from marketing_agent.settings import Settings
    from marketing_agent.wiring.installation import Installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo and how to reach it."""

    url: str
    token: str
    stage: Stage

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
) -> AsyncIterator[Demo]:
    """Start all of it on a database of its own that is thrown away afterwards.

    `model` answers in the chat instead of the one that the settings name.
    """
    async with AsyncExitStack() as opened:
        folder = opened.enter_context(_scratch_folder())
        stage = await opened.enter_async_context(set_stage(ports=ports[1:]))
        listening = bound_near("127.0.0.1", ports[0])
        url = f"http://localhost:{listening.getsockname()[1]}"
        settings = stage.settings(
            base, database_url=None, data_folder=folder, public_url=url
        )
        program = await opened.enter_async_context(
            open_installation(settings, durable=False)
        )
        conversations = await opened.enter_async_context(
            talking(settings, program, model)
        )
        app = build_app(program.ground, program.toolbox, program.tokens, conversations)
        await opened.enter_async_context(serving(app, listening))
        await opened.enter_async_context(working(program, concurrency=4))
        token = await _merchant(program, stage)
        yield Demo(url=url, token=token, stage=stage)


async def _merchant(program: Installation, stage: Stage) -> str:
    """Add and connect the demo's merchant; gives a token of its owner."""
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
    owner = Caller(
        subject="demo owner",
        merchant_id=merchant.id,
        role=Role.OWNER,
        kind=CallerKind.HUMAN,
    )
    return program.tokens.token_for(owner)


def _scratch_folder() -> _Scratch:
    return _Scratch(prefix="marketing-agent-demo-")


class _Scratch(tempfile.TemporaryDirectory[str]):
    """A folder for one run; root's database server, another account, passes through."""

    def __enter__(self) -> Path:  # type: ignore[override]
        folder = Path(super().__enter__())
        folder.chmod(0o711)
        return folder / "data"
