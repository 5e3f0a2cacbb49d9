"""The agent's front door for the wiring: everything that a conversation needs, open."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.agent.loop import Loops
from marketing_agent.agent.memory import open_memory
from marketing_agent.agent.runs import Runs
from marketing_agent.agent.threads import Threads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from marketing_agent.agent.models import ModelInUse
    from marketing_agent.services.ground import Ground
    from marketing_agent.toolbox.registry import Toolbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversations:
    """The conversations of an installation, as far as this process serves them."""

    runs: Runs
    threads: Threads
    model_name: str
    built_in: bool
    """Whether the built-in planner answers, and no language model."""


@asynccontextmanager
async def open_conversations(
    ground: Ground, toolbox: Toolbox, model: ModelInUse, database_url: str
) -> AsyncIterator[Conversations]:
    """Open the memory and serve until the block ends; then runs are stopped."""
    async with open_memory(database_url) as memory:
        loops = Loops(toolbox, model, memory)
        runs = Runs(ground, toolbox, loops, memory)
        try:
            yield Conversations(
                runs=runs,
                threads=Threads(ground, loops, memory),
                model_name=model.name,
                built_in=model.built_in,
            )
        finally:
            await runs.aclose()
