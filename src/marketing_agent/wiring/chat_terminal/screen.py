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
from marketing_agent.wiring.foreign_text import an_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.wiring.chat_pages import ToolOffered
    from marketing_agent.wiring.chat_terminal.canvas import Canvas

_DID_NOT: Final = {
    "rejected": "not done",
    "superseded": "left",
    "interrupted": "stopped",
}


_MARKS: Final = {"done": "✓", "now": "▸", "to_come": "·", "skipped": "-"}
"""Before the steps of the set-up plan."""


class Screen:
    """One conversation on a canvas."""

    def __init__(self, canvas: Canvas, tools: Mapping[str, ToolOffered]) -> None:
        self.canvas = canvas
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
        self.canvas.forget()

    def show(self, happening: Happening) -> None:
        """Draw one thing that happened."""
        match happening:
            case TextPiece(text=text):
                self._said += text
                self._flow.add(text)
                return
            case TextEnded():
                self._flow.end()
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
        lines = [
            f"{one_line(card.labels.get(name, name), 60)}: {one_line(value, 2_000)}"
            for name, value in arguments.items()
            if value is not None
        ]
        if card.expires_at is not None:
            until = card.expires_at.astimezone()
            lines.append(f"\nTo be answered by {until:%Y-%m-%d %H:%M}")
        title = Text(one_line(card.title, 100), style="bold")
        shown = Panel(Text("\n".join(lines)), title=title, title_align="left")
        self.canvas.draw(shown)

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
        offered = self._tools.get(happened.tool)
        title = offered.title if offered else happened.tool.replace("_", " ")
        verb = "Looked" if offered and offered.effect == "read" else "Write"
        ending = _DID_NOT.get(happened.status, "ok")
        if happened.status == "error":
            ending = happened.text
        self.note(f"  {verb}: {one_line(title or 'a tool', 100)} - {one_line(ending)}")
        if happened.tool == "explain":
            self._unquoted, self._said = happened, ""
        elif happened.status == "done":
            draw_block(self.canvas, happened.tool, happened.data)

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
            draw_block(self.canvas, held.tool, held.data)

    def _done(self, outcome: str) -> None:
        self._flow.end()
        if self._plan:
            marked = [f"{_MARKS.get(s, '?')} {one_line(t, 60)}" for s, t in self._plan]
            self.note("   ".join(marked))
            self._plan = ()
        if outcome == "cancelled":
            self.note("Stopped. What was done before stands.")

    def _new_flow(self) -> Flow:
        width = self.canvas.console.width - 1 if self.canvas.is_terminal else None
        return Flow(self._write, width)

    def _write(self, text: str) -> None:
        self.canvas.console.print(Text(text), end="", soft_wrap=True)


def _bare(text: str) -> str:
    """The text without the marks and line breaks of a quotation."""
    return " ".join(text.replace(">", " ").split())
