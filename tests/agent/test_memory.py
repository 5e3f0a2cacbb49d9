"""The memory of a conversation stays small, and holds what the next run needs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy import text

from marketing_agent.agent.scripted import ScriptedChatModel, call
from tests.agent.talk import QR_CODE, YES, talking_to

if TYPE_CHECKING:
    from tests.agent.talk import Talk

TURNS = 40
_MOST_BYTES = 1_000_000
_FEW = 2
SIZE = """
SELECT (SELECT coalesce(sum(pg_column_size(c.*)), 0) FROM conversations.checkpoints c)
     + (SELECT coalesce(sum(pg_column_size(b.*)), 0)
        FROM conversations.checkpoint_blobs b)
     + (SELECT coalesce(sum(pg_column_size(w.*)), 0)
        FROM conversations.checkpoint_writes w)
     + (SELECT coalesce(sum(pg_column_size(e.*)), 0) FROM run_events e)
     + (SELECT coalesce(sum(pg_column_size(r.*)), 0) FROM runs r)
"""


async def test_forty_turns_take_less_than_a_megabyte(database_url: str) -> None:
    """Each with a tool's result in it; messages are kept once, not once per step."""
    steps = [step for _ in range(TURNS) for step in (call("show_changes"), "All well.")]
    async with talking_to(ScriptedChatModel(steps), database_url) as talk:
        for turn in range(TURNS):
            assert (await talk.say(f"Turn {turn}")).text == "All well."
        await _pruned(talk)
        assert 10_000 < await _number(talk, SIZE) < _MOST_BYTES


async def test_pruning_leaves_an_open_card_answerable(database_url: str) -> None:
    """What waits is not history."""
    model = ScriptedChatModel([call("create_qr_link", **QR_CODE), "Saved."])
    async with talking_to(model, database_url) as talk:
        (card,) = (await talk.say("Make one")).cards
        await _pruned(talk)
        assert (await talk.answer({card["id"]: YES})).text == "Saved."


async def test_the_memory_names_the_merchant_in_its_key(database_url: str) -> None:
    """Two merchants' conversations can never be each other's, whatever their ids."""
    async with talking_to(ScriptedChatModel(["Hi."]), database_url) as talk:
        await talk.say("Hello")
        rows = "SELECT count(*) FROM conversations.checkpoints WHERE thread_id"
        mine = f"'{talk.desk.merchant_id}:thread-1'"
        assert await _number(talk, f"{rows} = {mine}") > 0
        assert await _number(talk, f"{rows} <> {mine}") == 0


async def _pruned(talk: Talk) -> None:
    """Wait until only what the next run needs is left: that is done after the run."""
    rows = "SELECT count(*) FROM conversations.checkpoints"
    async with asyncio.timeout(10):
        while await _number(talk, rows) > _FEW:  # noqa: ASYNC110 - in the database
            await asyncio.sleep(0.01)


async def _number(talk: Talk, query: str) -> int:
    async with talk.desk.ground.database.transaction() as tx:
        return int((await tx.execute(text(query))).scalar_one())
