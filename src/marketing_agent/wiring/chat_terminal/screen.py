"""Draws what happens: the agent's words as they come, its tools, cards, errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from rich.panel import Panel
from rich.text import Text

from marketing_agent.wiring.chat_events import (
    Card,
    CardOpened,
    Done,
    Failed,
    Happening,
    PlanTold,
    Progress,
    QuickReplies,
    TextEnded,
    TextPiece,
    ToolAnswered,
    ToolStarted,
)
from marketing_agent.wiring.chat_terminal.blocks import draw_block
from marketing_agent.wiring.chat_terminal.canvas import one_line
from marketing_agent.wiring.chat_terminal.flow import Flow
from marketing_agent.wiring.chat_terminal.speech import ENGLISH, spoken_in
from marketing_agent.wiring.chat_terminal.wording import wording
from marketing_agent.wiring.foreign_text import an_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.wiring.chat_pages import ToolOffered
    from marketing_agent.wiring.chat_terminal.canvas import Canvas

_DID_NOT: Final = frozenset({"error", "rejected", "superseded", "interrupted"})
_MARKS: Final = {"done": "✓", "now": "▸", "to_come": "·", "skipped": "-"}
"""Before the steps of the set-up plan."""


class Screen:
    """One conversation on a canvas."""

    def __init__(
        self,
        canvas: Canvas,
        tools: Mapping[str, ToolOffered],
        language: str = ENGLISH,
    ) -> None:
        self.canvas = canvas
        self._words = wording(language)
        self._tools = tools
        self.replies: tuple[str, ...] = ()
        """What was offered last, by the numbers shown."""
        self._flow = self._new_flow()
        self._said = ""
        self._plan: tuple[tuple[str, str], ...] = ()
        self._unquoted: ToolAnswered | None = None

    def begin(self) -> None:
        """Something new is asked: former quick replies count no more."""
        self.replies = ()
        self._said = ""
        self.canvas.forget()

    def say(self, key: str, **facts: object) -> str:
        """The terminal's own words in the language of the conversation."""
        return self._words.say(key, **facts)

    def hear(self, text: str) -> None:
        """Go on in the language of what somebody says."""
        self._words = wording(spoken_in(text, self._words.language))

    def show(self, happening: Happening) -> None:
        """Draw one thing that happened."""
        match happening:
            case TextPiece(text=text):
                self._said += text
                self._flow.add(text)
                return
            case TextEnded():
                self._flow.end()
                self.hear(self._said)
            case ToolAnswered():
                self._answered(happening)
                return
            case ToolStarted() | CardOpened():
                pass  # Whoever asks for the answer draws it.
            case QuickReplies(replies=replies):
                self.replies = replies
            case PlanTold(steps=steps):
                self._plan = steps
            case Progress(value=value):
                self.note(one_line(value))
            case Failed(message=message):
                self._flow.end()
                self.problem(message)
            case Done(outcome=outcome):
                self._done(outcome)
            case _:
                assert_never(happening)
        self._quote()

    def offer(self) -> None:
        """The quick replies with their numbers."""
        for number, reply in enumerate(self.replies, start=1):
            line = Text(f"  {number} ", style="cyan")
            self.canvas.draw(line.append(one_line(reply), style="default"))

    def card(self, card: Card, arguments: Mapping[str, object]) -> None:
        """A card with these arguments; empty ones are left out."""
        told = {name: each for name, each in arguments.items() if each is not None}
        lines = [
            f"{self.label(card, name)}: {self.shown(card, name, value)}"
            for name, value in told.items()
        ]
        if card.expires_at is not None:
            when = f"{card.expires_at.astimezone():%Y-%m-%d %H:%M}"
            lines.append(f"\n{self.say('until', when=when)}")
        title = Text(one_line(card.title, 100), style="bold")
        shown = Panel(Text("\n".join(lines)), title=title, title_align="left")
        self.canvas.draw(shown)

    def label(self, card: Card, name: str) -> str:
        """What an argument is called."""
        return one_line(card.labels.get(name, name), 60)

    def shown(self, card: Card, name: str, value: object) -> str:
        """A value in words; one that is not the card's any more as it was typed."""
        if value == card.arguments.get(name) and name in card.values:
            value = card.values[name]
        elif isinstance(value, bool):
            value = self.say(f"value_{value}".lower())
        return one_line(value, 2_000)

    def merchant_said(self, text: str) -> None:
        """A former line of the merchant."""
        self.canvas.line(f"> {text}", "bold")

    def note(self, text: str) -> None:
        """Something by the way."""
        self.canvas.line(text, "dim")

    def problem(self, text: str) -> None:
        """What went wrong and what to do."""
        self.canvas.line(text, "red")

    def _answered(self, happened: ToolAnswered) -> None:
        self._quote()
        self.note(self._did(happened))
        if happened.tool == "explain":
            self._unquoted, self._said = happened, ""
        elif happened.status == "done":
            draw_block(self.canvas, self._words, happened.tool, happened.data)

    def _did(self, happened: ToolAnswered) -> str:
        """One line; why something failed is in English, and told by the agent too."""
        offered = self._tools.get(happened.tool)
        title = offered.title if offered else happened.tool.replace("_", " ")
        if offered is not None:
            title = offered.titles.get(self._words.language, title)
        status = happened.status if happened.status in _DID_NOT else "ok"
        ending = self.say(f"ending_{status}")
        if status == "error" and self._words.is_english:
            ending = one_line(happened.text)
        key = "looked" if offered and offered.effect == "read" else "wrote"
        title = one_line(title, 100) or self.say("a_tool")
        return self.say(key, title=title, ending=ending)

    def _quote(self) -> None:
        """What the help text says, unless the agent has quoted it itself."""
        held, self._unquoted = self._unquoted, None
        if held is None:
            return
        sections = held.data.get("sections")
        if not isinstance(sections, list) or not sections:
            return
        best = an_object(sections[0])
        if _bare(str(best.get("text"))) not in _bare(self._said):
            draw_block(self.canvas, self._words, held.tool, held.data)

    def _done(self, outcome: str) -> None:
        self._flow.end()
        if self._plan:
            marked = [f"{_MARKS.get(s, '?')} {one_line(t, 60)}" for s, t in self._plan]
            self.note("   ".join(marked))
            self._plan = ()
        if outcome == "cancelled":
            self.note(self.say("stopped"))

    def _new_flow(self) -> Flow:
        width = self.canvas.console.width - 1 if self.canvas.is_terminal else None
        return Flow(self._write, width)

    def _write(self, text: str) -> None:
        self.canvas.console.print(Text(text), end="", soft_wrap=True)


def _bare(text: str) -> str:
    """The text without the marks and line breaks of a quotation."""
    return " ".join(text.replace(">", " ").split())
