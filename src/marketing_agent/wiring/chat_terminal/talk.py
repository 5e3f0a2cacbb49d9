"""The conversation: what is typed goes to the agent, what happens is drawn."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from marketing_agent.core.errors import MarketingAgentError
from marketing_agent.wiring.chat_events import (
    Card,
    CardOpened,
    Failed,
    TextEnded,
    TextPiece,
)
from marketing_agent.wiring.chat_reading import answered
from marketing_agent.wiring.chat_terminal.approving import Approving
from marketing_agent.wiring.chat_terminal.canvas import one_line
from marketing_agent.wiring.foreign_text import an_object

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from marketing_agent.wiring.chat_client import ChatClient
    from marketing_agent.wiring.chat_events import Happening
    from marketing_agent.wiring.chat_terminal.interrupts import Interrupts
    from marketing_agent.wiring.chat_terminal.lines import Lines
    from marketing_agent.wiring.chat_terminal.screen import Screen
    from marketing_agent.wiring.foreign_text import Json

_PROMPT: Final = "> "
_MOST_FORMER: Final = 20


class Talk:
    """One person at a terminal, or a pipe."""

    def __init__(
        self,
        client: ChatClient,
        screen: Screen,
        lines: Lines,
        interrupts: Interrupts,
    ) -> None:
        self._client = client
        self._screen = screen
        self._lines = lines
        self._interrupts = interrupts
        self._approving = Approving(screen, self._ask, lines.forget_typed_ahead)
        self._stopping: asyncio.Task[None] | None = None
        self.left_open = False
        """Whether it ended with a card that waits for its answer."""

    async def resume(self) -> list[Card]:
        """Show the conversation so far; the cards that are open in it.

        Raises what ChatClient raises.
        """
        page = await self._client.history()
        messages = page.messages
        if page.running is not None:
            # What the run has said so far comes with its events.
            last = [i for i, each in enumerate(messages) if each.get("role") == "user"]
            messages = messages[: last[-1] + 1] if last else []
        if len(messages) > _MOST_FORMER:
            self._screen.note(self._screen.say("left_out"))
        for message in messages[-_MOST_FORMER:]:
            self._show_former(message)
        if page.running is not None:
            return await self._followed(self._client.follow(page.running))
        return [each.as_card() for each in page.cards]

    async def go_on(self, cards: list[Card]) -> None:
        """Until the person leaves. Raises what ChatClient raises."""
        while True:
            if cards:
                answers = await self._approving.answers_to(cards)
                if answers is None:
                    self.left_open = True
                    return
                cards = await self._answered(answers)
            else:
                self._screen.offer()
                line = await self._ask(_PROMPT)
                if line is None or line.strip() == "/quit":
                    return
                cards = await self._heard(line.strip())

    async def _heard(self, line: str) -> list[Card]:
        command, _, rest = line.partition(" ")
        match command:
            case "":
                return []
            case "/new":
                self._client.begin()
                self._screen.begin()
                self._screen.note(self._screen.say("new"))
            case "/threads":
                await self._list_threads()
            case "/undo" if rest.strip().isdecimal():
                undo = self._screen.say("undo", number=rest.strip())
                return await self._say(undo)
            case _ if command.startswith("/"):
                self._screen.note(self._screen.say("help"))
            case _:
                return await self._say(self._meant(line))
        return []

    def _meant(self, line: str) -> str:
        """The quick reply of this number, or the line itself."""
        replies = self._screen.replies
        number = int(line) if line.isascii() and line.isdigit() else 0
        return replies[number - 1] if 0 < number <= len(replies) else line

    async def _say(self, text: str) -> list[Card]:
        self._screen.begin()
        self._screen.hear(text)
        return await self._followed(self._client.say(text))

    async def _answered(self, answers: dict[str, Json]) -> list[Card]:
        """The cards that are open then: the same if an answer was not taken."""
        self._screen.begin()
        failed: list[Failed] = []
        cards = await self._followed(self._client.answer(answers), failed)
        if failed:
            page = await self._client.history()
            return [each.as_card() for each in page.cards]
        return cards

    async def _followed(
        self,
        happenings: AsyncGenerator[Happening, None],
        failed: list[Failed] | None = None,
    ) -> list[Card]:
        cards, self._stopping = [], None
        with self._interrupts.meaning(self._stop):
            async with aclosing(happenings):
                async for each in happenings:
                    self._screen.show(each)
                    if isinstance(each, CardOpened):
                        cards.append(each.card)
                    if isinstance(each, Failed) and failed is not None:
                        failed.append(each)
        return cards

    def _stop(self) -> None:
        """The answer; a second time, when that takes too long, the program."""
        if self._stopping is not None:
            self._interrupts.stop_the_program()
        else:
            self._stopping = asyncio.create_task(self._cancel())

    async def _cancel(self) -> None:
        with suppress(MarketingAgentError):
            await self._client.cancel()

    async def _list_threads(self) -> None:
        for each in await self._client.threads():
            here = "*" if each.id == self._client.thread_id else " "
            when = each.updated_at.astimezone()
            line = f"{here} {each.id}  {when:%Y-%m-%d %H:%M}  {one_line(each.title)}"
            self._screen.canvas.console.print(Text(line), soft_wrap=True)

    def _show_former(self, message: Json) -> None:
        content = message.get("content")
        match message.get("role"):
            case "user":
                self._screen.merchant_said(str(content))
            case "assistant" if content:
                self._screen.show(TextPiece(message_id="", text=str(content)))
                self._screen.show(TextEnded())
            case "tool":
                call_id = str(message.get("toolCallId"))
                tool = self._client.tool_of(call_id)
                self._screen.show(answered(call_id, tool, an_object(content)))
            case _:
                pass

    async def _ask(self, prompt: str) -> str | None:
        """The next line; None at the end of input, or when Ctrl-C says so."""
        console = self._screen.canvas.console
        console.print(Text(prompt, style="bold"), end="", soft_wrap=True)
        console.file.flush()
        reading: asyncio.Task[Any] = asyncio.ensure_future(self._lines.next())
        try:
            with self._interrupts.meaning(reading.cancel):
                await asyncio.wait([reading])
        finally:
            reading.cancel()
        line: str | None = None if reading.cancelled() else reading.result()
        if line is None or not self._lines.is_terminal:
            console.print(Text(line or ""), soft_wrap=True)
        return line
