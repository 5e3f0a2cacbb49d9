"""What `marketing-agent chat` does: a conversation with the agent on a terminal."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import structlog

from marketing_agent.core.errors import BadInput
from marketing_agent.wiring.chat_client import open_chat
from marketing_agent.wiring.chat_terminal.canvas import Canvas, one_line
from marketing_agent.wiring.chat_terminal.interrupts import Interrupts
from marketing_agent.wiring.chat_terminal.lines import Lines
from marketing_agent.wiring.chat_terminal.screen import Screen
from marketing_agent.wiring.chat_terminal.speech import of_locale
from marketing_agent.wiring.chat_terminal.talk import Talk
from marketing_agent.wiring.chat_terminal.wording import wording

if TYPE_CHECKING:
    from io import TextIOWrapper

    from marketing_agent.wiring.chat_client import ChatClient


class TokenNeeded(BadInput):
    """Set MARKETING_AGENT_TOKEN: `marketing-agent merchants token` prints a token."""


async def chat(url: str, token: str | None, thread_id: str | None) -> None:
    """Talk to a running server until the person leaves.

    Raises TokenNeeded and what ChatClient raises.
    """
    if not token or not token.strip():
        raise TokenNeeded
    async with open_chat(url, token.strip(), thread_id) as client:
        canvas = _canvas()
        screen = Screen(canvas, await client.tools(), of_locale(os.environ))
        left_open = await _talk(client, screen, resumed=thread_id is not None)
        if client.run_ids or thread_id:
            canvas.to_copy(
                screen.say("stays_open" if left_open else "go_on"),
                f"marketing-agent chat --url {url} --thread {client.thread_id}",
            )


async def chat_with_demo() -> None:
    """Start the demo, talk to it, and throw it away."""
    from marketing_agent.settings import Settings  # noqa: PLC0415
    from marketing_agent.wiring.demo import running_demo  # noqa: PLC0415

    canvas, words = _canvas(), wording(of_locale(os.environ))
    canvas.line(words.say("starting"), "dim")
    _log_only_faults()
    async with AsyncExitStack() as opened:
        demo = running_demo(Settings.model_construct())
        running = await opened.enter_async_context(demo)
        client = await opened.enter_async_context(open_chat(running.url, running.token))
        canvas.line(words.say("inboxes", url=running.stage.shop_url), "dim")
        screen = Screen(canvas, await client.tools(), words.language)
        await _talk(client, screen, resumed=False)
        screen.note(screen.say("thrown_away"))


async def _talk(client: ChatClient, screen: Screen, *, resumed: bool) -> bool:
    """Whether a card was left open."""
    who = await client.who_answers()
    name = screen.say("planner") if who.built_in else one_line(who.model)
    screen.note(screen.say("answers", name=name))
    talk = Talk(client, screen, Lines(), Interrupts())
    await talk.go_on(await talk.resume() if resumed else [])
    return talk.left_open


def _canvas() -> Canvas:
    """Standard output; what its encoding does not have becomes a question mark."""
    out: TextIOWrapper = sys.stdout  # type: ignore[assignment]
    out.reconfigure(errors="replace")
    return Canvas(out)


def _log_only_faults() -> None:
    """The demo's log lines would run through the conversation."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR)
    )
