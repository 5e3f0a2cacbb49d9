"""What the built-in planner makes of one sentence that begins a conversation."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.history import Said
from marketing_agent.agent.planner.slots.answers import yes_or_no
from marketing_agent.agent.planner.texts import load_wordings
from marketing_agent.toolbox.pages import Effect, tool_pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.utterances.labels import Labels
    from benchmarks.utterances.lines import Value
    from marketing_agent.agent.planner.planner import Planner
    from marketing_agent.agent.planner.turn import Reply

_UNSURE: Final = "unsure"
_QUICK_REPLY: Final = "quick reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How a sentence was taken."""

    label: str | None
    """The one meaning that was acted on; None if the planner asked."""
    is_write: bool = False
    arguments: Mapping[str, set[Value]]
    """The issue's arguments that were heard; empty if the planner asked."""
    options: frozenset[str] = frozenset()
    """The labels that "did you mean" named, where it asked so."""
    took: float
    """Milliseconds of the one call of `reply`."""


class Taker:
    """Gives sentences to the planner, each as a conversation of its own."""

    def __init__(self, planner: Planner, labels: Labels) -> None:
        pages = tool_pages()
        wordings = load_wordings().values()
        self._planner = planner
        self._labels = labels
        self._offered = frozenset(pages)
        self._writes = {
            name for name, page in pages.items() if page.effect is Effect.WRITE
        }
        self._rephrase = {each.text("flow.rephrase") for each in wordings}
        self._what_next = {each.text("flow.what_next") for each in wordings}

    def take(self, sentence: str) -> Taken:
        """The planner's first reply, read; every tool is offered to it."""
        events = [Said(text=sentence)]
        started = time.perf_counter()
        reply = self._planner.reply(events, self._offered)
        took = (time.perf_counter() - started) * 1000
        if answer := self._answer(reply, sentence):
            return Taken(label=answer, arguments={}, took=took)
        if reply.rule == _UNSURE:
            options = self._options(reply)
            return Taken(label=None, arguments={}, options=options, took=took)
        if reply.text in self._rephrase:
            return Taken(label=None, arguments={}, took=took)
        return Taken(
            label=self._labels.label(reply.intent),
            is_write=reply.intent in self._writes,
            arguments=self._labels.heard(reply.intent, _slots(reply)),
            took=took,
        )

    def _answer(self, reply: Reply, sentence: str) -> str | None:
        """Of a yes or no to nothing: the planner has no moment of its own for it."""
        if reply.text not in self._what_next:
            return None
        return self._labels.answers.get(yes_or_no(sentence) or "")

    def _options(self, reply: Reply) -> frozenset[str]:
        """What choosing each quick reply would begin."""
        read = [self._planner.verdict(quick) for quick in reply.quick_replies]
        chosen = [verdict.best for verdict, rule in read if rule == _QUICK_REPLY]
        return frozenset(map(self._labels.label, chosen))


def _slots(reply: Reply) -> dict[str, Any]:
    """The slots of the frame that it began, and the arguments of its own call."""
    slots: dict[str, Any] = {}
    for frame in reply.note.frames:
        if frame.about == reply.intent:
            slots |= frame.slots
    for call in reply.calls:
        if call.tool == reply.intent:
            slots |= call.arguments
    return slots
