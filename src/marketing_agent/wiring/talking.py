"""Opens the agent's conversations on a running installation.

Apart from `installation`, since importing LangChain takes seconds and most commands do
not talk.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from marketing_agent.agent.conversations import Conversations, open_conversations
from marketing_agent.agent.memory import make_tables
from marketing_agent.agent.models import ModelInUse, open_model
from marketing_agent.agent.planner import built_in_planner
from marketing_agent.agent.probe import probe
from marketing_agent.wiring.language_model import model_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from marketing_agent.settings import Settings
    from marketing_agent.wiring.installation import Installation


@asynccontextmanager
async def talking(
    settings: Settings, program: Installation, model: ModelInUse | None = None
) -> AsyncIterator[Conversations]:
    """The conversations, until the block ends; then runs are stopped in order.

    `model` answers instead of the one that the settings name. Raises SetupMissing when
    that cannot be used.
    """
    await make_tables(program.database_url)
    async with (
        _model(settings, model) as in_use,
        open_conversations(
            program.ground, program.toolbox, in_use, program.database_url
        ) as conversations,
    ):
        yield conversations


@asynccontextmanager
async def _model(
    settings: Settings, given: ModelInUse | None
) -> AsyncIterator[ModelInUse]:
    if given is not None:
        yield given
        return
    async with open_model(model_settings(settings), built_in_planner) as opened:
        if not opened.built_in:
            (await probe(opened.chat_model)).require(opened.name)
        yield opened
