"""SIGKILL in the middle of a conversation: nothing twice, nothing forgotten."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from signal import SIGKILL

import pytest
from sqlalchemy import func, select

from marketing_agent.agent.scripted import ScriptedChatModel
from marketing_agent.storage import tables
from tests.agent.talk import Talk
from tests.desk import Desk, open_desk
from tests.processes import environment


@pytest.mark.parametrize("place", ["after the write", "after the tool"])
async def test_a_conversation_goes_on_where_its_process_was_killed(
    database_url: str, place: str
) -> None:
    """The write was made once, the model learns so, and the old answer is no second."""
    await _killed_at(database_url, place)
    model = ScriptedChatModel(["Hana is unlinked."])
    async with open_desk(database_url, connected=False, model=model) as desk:
        # The killed process's clock stood still at the same moment as this one's.
        desk.clock.now += timedelta(seconds=16)
        talk = Talk(desk, desk.caller(merchant_id=1), "t")
        heard = await talk.say("What happened?")
        assert heard.text == "Hana is unlinked."
        *_, answered, said = model.seen[-1]
        assert '"done"' in answered.text
        assert said.text == "What happened?"
        assert await _unlinks(desk) == 1


async def _killed_at(database_url: str, place: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.crashes.talker", database_url, place),
        env=environment({}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == -SIGKILL, said.decode()


async def _unlinks(desk: Desk) -> int:
    async with desk.ground.database.transaction() as tx:
        return (
            await tx.scalar(
                select(func.count())
                .select_from(tables.changes)
                .where(tables.changes.c.tool == "unlink_friend")
            )
            or 0
        )
