"""One run: from what a person said or answered to the agent's last word."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage
from langgraph.errors import GraphRecursionError
from langgraph.types import Command

from marketing_agent.agent.cards import cards_in
from marketing_agent.agent.consent import carried_out, decided
from marketing_agent.agent.loop import WentInCircles
from marketing_agent.agent.memory import configured
from marketing_agent.agent.results import Status, done, not_done
from marketing_agent.agent.tool_calls import as_message
from marketing_agent.agent.transcript import messages_in, not_committed, unanswered
from marketing_agent.core.errors import BadInput
from marketing_agent.core.masked_text import masked_text
from marketing_agent.storage.runs import RunState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ag_ui.core import BaseEvent
    from langchain_core.messages import BaseMessage
    from langgraph.graph.state import CompiledStateGraph
    from langgraph.types import StateSnapshot

    from marketing_agent.agent.calling import Calling
    from marketing_agent.agent.cards import Card
    from marketing_agent.agent.events import Telling
    from marketing_agent.agent.run_input import RunInput


class SaidBefore(BadInput):
    """This message was answered already. Write a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended, and the last event that it will say."""

    state: RunState
    event: BaseEvent


class Run:
    """Plays one request through the loop and tells it."""

    def __init__(
        self,
        loop: CompiledStateGraph[Any, Calling, Any, Any],
        calling: Calling,
        asked: RunInput,
        telling: Telling,
    ) -> None:
        self._loop = loop
        self._calling = calling
        self._asked = asked
        self._telling = telling
        self._config = configured(calling.caller.merchant_id, asked.thread_id)
        self._told_before: set[str | None] = set()

    async def play(self) -> Ending:
        """Tell everything but the last event.

        Raises what the merchant can do something about, and bugs.
        """
        state = await self._loop.aget_state(self._config)
        self._told_before = {each.id for each in messages_in(state)}
        said = await self._input(state)
        if said is None:
            return await self._pause_or_end(waits=bool(state.interrupts))
        waits = False
        try:
            async for part in self._loop.astream(
                said,
                self._config,
                context=self._calling,
                stream_mode=["messages", "updates", "custom"],
                durability="sync",
                version="v2",
            ):
                waits = self._tell(part) or waits
        except GraphRecursionError as error:
            raise WentInCircles from error
        return await self._pause_or_end(waits=waits)

    async def _input(
        self, state: StateSnapshot
    ) -> Command[Any] | dict[str, Any] | None:
        if self._asked.answers:
            return await self._resumed(state)
        messages = messages_in(state)
        new = self._new(messages)
        ends = await self._loose_ends(state, messages)
        for each in ends:
            self._telling.tool_said(each)
        return {"messages": [*not_committed(state), *ends, new]}

    async def _resumed(self, state: StateSnapshot) -> Command[Any] | None:
        cards = open_cards(state)
        decisions = await decided(
            self._calling, self._asked.thread_id, cards, self._asked.answers
        )
        if not decisions:
            return None
        return Command(
            resume={
                card_id: each.model_dump(mode="json")
                for card_id, each in decisions.items()
            }
        )

    def _new(self, messages: Sequence[BaseMessage]) -> HumanMessage:
        """An id that is in the conversation already would replace what it names."""
        content = masked_text(self._asked.message or "", self._calling.phone_region)
        known = {each.id: each.text for each in messages}
        wanted = self._asked.message_id
        if wanted in known and known[wanted] == content:
            raise SaidBefore
        message_id = str(uuid.uuid4()) if wanted is None or wanted in known else wanted
        return HumanMessage(content=content, id=message_id)

    async def _loose_ends(
        self, state: StateSnapshot, messages: Sequence[BaseMessage]
    ) -> list[ToolMessage]:
        """An answer for every call that has none: models accept no history without."""
        ends: list[ToolMessage] = []
        calls = unanswered(messages)
        made = await carried_out(self._calling, self._asked.thread_id, calls)
        open_calls = {card.tool_call_id for card in open_cards(state)}
        for call in calls:
            if call["id"] in made:
                ends.append(await self._made_before(call, *made[call["id"]]))
            else:
                ends.append(self._left(call, superseded=call["id"] in open_calls))
        return ends

    async def _made_before(
        self, call: Any, approval_id: str, arguments: Mapping[str, Any]
    ) -> ToolMessage:
        """The same call with the same approval gives the first result again."""
        calling = self._calling
        result = await calling.toolbox.call(
            calling.ground,
            calling.caller,
            call["name"],
            arguments,
            approval_id=approval_id,
        )
        return as_message(call, done(result), calling.phone_region)

    def _left(self, call: Any, *, superseded: bool) -> ToolMessage:
        said = (
            not_done(Status.SUPERSEDED, "The merchant wrote something else instead.")
            if superseded
            else not_done(Status.INTERRUPTED, "This was stopped before it was done.")
        )
        return as_message(call, said, self._calling.phone_region)

    def _tell(self, part: Any) -> bool:
        """Whether the loop stops at a card."""
        match part["type"]:
            case "messages":
                chunk = part["data"][0]
                if isinstance(chunk, AIMessageChunk):
                    self._telling.streamed(chunk)
            case "custom":
                self._telling.progressed(part["data"])
            case "updates":
                return self._tell_update(part["data"])
        return False

    def _tell_update(self, update: Mapping[str, Any]) -> bool:
        for written in update.values():
            if not isinstance(written, dict):
                continue
            for message in written.get("messages", []):
                match message:
                    case AIMessage():
                        self._telling.model_said(message)
                    case ToolMessage() if message.id not in self._told_before:
                        self._telling.tool_said(message)
        return "__interrupt__" in update

    async def _pause_or_end(self, *, waits: bool) -> Ending:
        if not waits:
            return Ending(state=RunState.DONE, event=self._telling.finished())
        state = await self._loop.aget_state(self._config)
        cards = open_cards(state)
        self._telling.shows(cards, messages_in(state))
        return Ending(state=RunState.WAITING, event=self._telling.asks(cards))


def open_cards(state: StateSnapshot) -> list[Card]:
    """What the conversation waits for, in the order of the model's calls."""
    calls = [call["id"] for call in unanswered(messages_in(state))]
    return cards_in(state.interrupts, calls)
