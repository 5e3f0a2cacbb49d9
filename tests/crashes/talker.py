"""A process that is killed at a named place of a conversation.

Run as `python -m tests.crashes.talker DATABASE_URL PLACE`. It links a friend, lets the
merchant approve the unlinking in the chat, and kills itself at the place.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Never

from marketing_agent.agent.cards import Answer
from marketing_agent.agent.conversations import open_conversations
from marketing_agent.agent.models import ModelInUse
from marketing_agent.agent.run_input import RunInput
from marketing_agent.agent.scripted import ScriptedChatModel, call
from marketing_agent.toolbox.catalogue import all_tools
from tests.desk import EMAIL, open_desk

if TYPE_CHECKING:
    from tests.desk import Desk

FRIEND = "U" + "c" * 32


def die(*_: Any, **__: Any) -> Never:
    """As when the power fails."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("killed")


async def die_when_woken(*_: Any, **__: Any) -> None:
    """The worker is woken right after the write is committed."""
    die()


async def linked_friend(desk: Desk) -> None:
    """A customer came by a custom QR code."""
    desk.klaviyo.add_profile(email="hana.sato@mail.test")
    desk.line.add_user("Hana", "en", user_id=FRIEND)
    qr_link = await desk.write("create_qr_link", EMAIL)
    url = qr_link["linking_url"].replace("{{ email }}", "hana.sato@mail.test")
    await desk.join(FRIEND, url)
    await desk.work()


async def talk(database_url: str, place: str) -> None:
    """Go as far as the place."""
    steps = [call("unlink_friend", line_user_id=FRIEND), die]
    async with open_desk(database_url) as desk:
        await linked_friend(desk)
        wake = die_when_woken if place == "after the write" else desk.ground.wake
        ground = replace(desk.ground, wake=wake)
        model = ModelInUse(
            name="scripted", chat_model=ScriptedChatModel(steps), built_in=True
        )
        async with open_conversations(
            ground, all_tools(), model, database_url
        ) as conversations:
            asked = RunInput(thread_id="t", run_id="one", message="Unlink Hana")
            log = await conversations.runs.start(desk.caller(), asked)
            *_, (_, last) = [line async for line in log.follow()]
            (card,) = json.loads(last)["outcome"]["interrupts"]
            answers = {card["id"]: Answer(approved=True)}
            answered = RunInput(thread_id="t", run_id="two", answers=answers)
            log = await conversations.runs.start(desk.caller(), answered)
            async for _ in log.follow():
                pass


if __name__ == "__main__":
    asyncio.run(talk(sys.argv[1], sys.argv[2]))
