"""What the loop streams, told as AG-UI 1.0 events.

Only what clients need: no system prompt, no raw events. Text comes in pieces of a few
words, since each event has about a hundred bytes around it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from ag_ui.core import (
    CustomEvent,
    Interrupt,
    MessagesSnapshotEvent,
    RunErrorEvent,
    RunFinishedCancelledOutcome,
    RunFinishedEvent,
    RunFinishedInterruptOutcome,
    RunStartedEvent,
    StateSnapshotEvent,
    TextMessageContentEvent,
    TextMessageEndEvent,
    TextMessageStartEvent,
    TokenUsage,
    ToolCallArgsEvent,
    ToolCallEndEvent,
    ToolCallResultEvent,
    ToolCallStartEvent,
)

from marketing_agent.agent.told_errors import message_in
from marketing_agent.agent.transcript import as_shown, tool_call_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ag_ui.core import BaseEvent, RunFinishedOutcome
    from langchain_core.messages import (
        AIMessage,
        AIMessageChunk,
        BaseMessage,
        ToolMessage,
    )

    from marketing_agent.agent.cards import Card
    from marketing_agent.core.errors import MarketingAgentError

_PIECE: Final = 48
_LONGEST_WAIT_S: Final = 0.15
PROTOCOL_VERSION: Final = "1.0"


class Telling:
    """Tells one run. Every text is ended before something else begins."""

    def __init__(
        self, thread_id: str, run_id: str, say: Callable[[BaseEvent], None]
    ) -> None:
        self._thread_id = thread_id
        self._run_id = run_id
        self._say = say
        self._open: str | None = None
        self._told: set[str] = set()
        self._calls: set[str] = set()
        self._piece = ""
        self._waiting_since = 0.0
        self.tokens_in = 0
        self.tokens_out = 0

    def started(self) -> None:
        """The first event of every run."""
        self._say(
            RunStartedEvent(
                thread_id=self._thread_id,
                run_id=self._run_id,
                protocol_version=PROTOCOL_VERSION,
            )
        )

    def streamed(self, chunk: AIMessageChunk) -> None:
        """A piece of a message that the model is still writing."""
        if not chunk.text or chunk.id is None:
            return
        if self._open != chunk.id:
            self._begin(chunk.id)
        self._piece += chunk.text
        overdue = time.monotonic() - self._waiting_since > _LONGEST_WAIT_S
        if len(self._piece) >= _PIECE or overdue:
            self._flush()

    def model_said(self, message: AIMessage) -> None:
        """A whole message: its calls, what could be answered, what it cost."""
        if message.text and message.id not in self._told:
            self._begin(str(message.id))
            self._piece = message.text
        self.end_text()
        for call in message.tool_calls:
            self._called(call, str(message.id))
        if replies := message.additional_kwargs.get("quick_replies"):
            self._say(CustomEvent(name="quick_replies", value=list(replies)))
        if plan := message.additional_kwargs.get("plan"):
            self._say(CustomEvent(name="plan", value=list(plan)))
        if usage := message.usage_metadata:
            self.tokens_in += usage["input_tokens"]
            self.tokens_out += usage["output_tokens"]

    def tool_said(self, message: ToolMessage) -> None:
        """What a tool answered: one JSON object with a `status`.

        A call of an earlier run, whose card was answered now, is named.
        """
        self.end_text()
        named = None
        if message.tool_call_id not in self._calls:
            named = {"tool": message.name}
        self._say(
            ToolCallResultEvent(
                message_id=str(message.id),
                tool_call_id=message.tool_call_id,
                content=message.text,
                role="tool",
                metadata=named,
            )
        )

    def progressed(self, value: Any) -> None:
        """How far a long piece of work is."""
        self.end_text()
        self._say(CustomEvent(name="progress", value=value))

    def shows(self, cards: Sequence[Card], messages: Iterable[BaseMessage]) -> None:
        """What the conversation holds, before the run ends at these cards."""
        self.end_text()
        self._say(StateSnapshotEvent(snapshot={"cards": [each.id for each in cards]}))
        self._say(MessagesSnapshotEvent(messages=as_shown(messages)))

    # The last event of a run is not said but given: it has to wait until the thread is
    # free, since clients write again at once.

    def asks(self, cards: Sequence[Card]) -> BaseEvent:
        """The run ends at these cards; a resume has to answer all of them."""
        asked = [_asked(card) for card in cards]
        return self._finished(RunFinishedInterruptOutcome(interrupts=asked))

    def finished(self) -> BaseEvent:
        """The run is complete."""
        return self._finished(None)

    def cancelled(self) -> BaseEvent:
        """Somebody stopped the run."""
        return self._finished(RunFinishedCancelledOutcome())

    def failed(self, error: MarketingAgentError, language: str) -> BaseEvent:
        """The run ends with an error that the merchant can read."""
        self.end_text()
        said = message_in(language, error)
        return RunErrorEvent(message=said, code=type(error).__name__)

    def end_text(self) -> None:
        """Close the text that is being told, if one is."""
        if self._open is None:
            return
        self._flush()
        self._say(TextMessageEndEvent(message_id=self._open))
        self._open = None

    def _begin(self, message_id: str) -> None:
        self.end_text()
        self._open = message_id
        self._told.add(message_id)
        self._waiting_since = time.monotonic()
        self._say(TextMessageStartEvent(message_id=message_id, role="assistant"))

    def _flush(self) -> None:
        if self._piece and self._open is not None:
            delta = self._piece
            self._say(TextMessageContentEvent(message_id=self._open, delta=delta))
        self._piece = ""
        self._waiting_since = time.monotonic()

    def _called(self, call: Any, parent: str) -> None:
        named = tool_call_of(call)
        self._calls.add(named.id)
        self._say(
            ToolCallStartEvent(
                tool_call_id=named.id,
                tool_call_name=named.function.name,
                parent_message_id=parent,
            )
        )
        delta = named.function.arguments
        self._say(ToolCallArgsEvent(tool_call_id=named.id, delta=delta))
        self._say(ToolCallEndEvent(tool_call_id=named.id))

    def _finished(self, outcome: RunFinishedOutcome | None) -> BaseEvent:
        self.end_text()
        used = None
        if self.tokens_in or self.tokens_out:
            used = [
                TokenUsage(input_tokens=self.tokens_in, output_tokens=self.tokens_out)
            ]
        return RunFinishedEvent(
            thread_id=self._thread_id,
            run_id=self._run_id,
            outcome=outcome,
            usage=used,
        )


def _asked(card: Card) -> Interrupt:
    return Interrupt(
        id=card.id,
        reason="tool_call",
        message=card.title,
        tool_call_id=card.tool_call_id,
        response_schema=ANSWER_SCHEMA,
        expires_at=card.expires_at.isoformat(),
        metadata={
            "tool": card.tool,
            "arguments": dict(card.arguments),
            "labels": dict(card.labels),
            "values": dict(card.values),
            "before": None if card.before is None else dict(card.before),
            "before_values": dict(card.before_values),
        },
    )


ANSWER_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["approved"],
    "additionalProperties": False,
    "properties": {
        "approved": {"type": "boolean"},
        "editedArgs": {"type": "object"},
        "reason": {"type": "string", "maxLength": 500},
    },
}
"""What a client sends as the payload of its answer to a card: `agent.cards.Answer`."""
