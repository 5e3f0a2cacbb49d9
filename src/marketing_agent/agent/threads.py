"""Threads: what a person's conversations hold, and which cards are open in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.agent import memory as memories
from marketing_agent.agent.run import open_cards
from marketing_agent.agent.transcript import (
    as_shown,
    messages_in,
    plan_in,
    quick_replies_in,
)
from marketing_agent.core.errors import Conflict, NotFound
from marketing_agent.storage import runs, threads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ag_ui.core import Message
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.agent.cards import Card
    from marketing_agent.agent.loop import Loops
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.threads import Thread

_MOST_THREADS: Final = 100


class StillAnswering(Conflict):
    """The agent is still answering in this conversation. Stop it first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadView:
    """A thread as a client shows it after a reload."""

    thread: Thread
    messages: Sequence[Message]
    cards: Sequence[Card]
    plan: Sequence[Mapping[str, str | None]]
    """The set-up plan as it was last told; empty before there was one."""
    quick_replies: Sequence[str]
    """What the newest message offers for an answer."""
    running: str | None
    """The run that is answering now."""


class Threads:
    """The conversations of whoever calls."""

    def __init__(
        self, ground: Ground, loops: Loops, memory: AsyncPostgresSaver
    ) -> None:
        self._ground = ground
        self._loops = loops
        self._memory = memory

    async def of(self, caller: Caller) -> list[Thread]:
        """This person's conversations, the latest first."""
        async with self._ground.database.transaction() as tx:
            return await threads.of_owner(
                tx, caller.merchant_id, caller.subject, limit=_MOST_THREADS
            )

    async def view(self, caller: Caller, thread_id: str) -> ThreadView:
        """One of this person's conversations. Raises NotFound."""
        async with self._ground.database.transaction() as tx:
            thread = await own_thread(tx, caller, thread_id)
            running = await runs.running_in(tx, caller.merchant_id, thread_id)
        config = memories.configured(caller.merchant_id, thread_id)
        state = await self._loops.of(caller).aget_state(config)
        said = messages_in(state)
        return ThreadView(
            thread=thread,
            messages=as_shown(said),
            cards=open_cards(state),
            plan=plan_in(said),
            quick_replies=quick_replies_in(said),
            running=None if running is None else running.id,
        )

    async def forget(self, caller: Caller, thread_id: str) -> None:
        """Delete a conversation; changes that were made in it stay, with their undo.

        Raises NotFound, and StillAnswering.
        """
        async with self._ground.database.transaction() as tx:
            await own_thread(tx, caller, thread_id)
            if await runs.running_in(tx, caller.merchant_id, thread_id):
                raise StillAnswering
            await threads.forget(tx, caller.merchant_id, thread_id)
        await memories.forget(self._memory, caller.merchant_id, thread_id)


async def own_thread(tx: AsyncConnection, caller: Caller, thread_id: str) -> Thread:
    """The thread, if it is this person's. Raises NotFound."""
    thread = await threads.find(tx, caller.merchant_id, thread_id, caller.subject)
    if thread is None:
        raise NotFound(noun="conversation", name=thread_id)
    return thread
