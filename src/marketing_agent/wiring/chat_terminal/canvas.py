"""What a card of the agent is drawn with. Foreign text is never read as markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.text import Text

from marketing_agent.wiring.chat_terminal.qr_drawing import qr_code

if TYPE_CHECKING:
    from typing import TextIO

    from rich.console import RenderableType

_MOST_OF_A_LINE: Final = 400


class Canvas:
    """A terminal, or a pipe: then without colours and without QR codes."""

    def __init__(self, file: TextIO | None = None, width: int | None = None) -> None:
        self.console = Console(
            file=file, width=width, highlight=False, markup=False, emoji=False
        )
        self._drawn: set[str] = set()

    @property
    def is_terminal(self) -> bool:
        """Whether a person looks at it."""
        return self.console.is_terminal

    def draw(self, what: RenderableType) -> None:
        """A table, a panel or a `Text`."""
        self.console.print(what)

    def line(self, text: str, style: str = "") -> None:
        """A line of text, broken where it has to be."""
        self.console.print(Text(text, style=style))

    def quote(self, *paragraphs: str) -> None:
        """Somebody else's words."""
        width = max(self.console.width - 3, 1)
        for line in Text("\n\n".join(paragraphs)).wrap(self.console, width):
            self.console.print(Text("│ ", style="dim").append_text(line))

    def to_copy(self, label: str, text: str) -> None:
        """Something to copy: on a line of its own that is never broken."""
        self.console.print(Text(label, style="dim"))
        self.console.print(Text(text), soft_wrap=True)

    def qr_code(self, text: str, scanning: str, too_narrow: str) -> None:
        """A QR code and what scanning it does; `too_narrow` where it does not fit.

        A pipe gets none.
        """
        code = qr_code(text) if self.console.color_system else None
        if code is None:
            return
        if code.split()[0].cell_len > self.console.width:
            self.line(too_narrow, "dim")
            return
        self.console.print(code)
        self.line(scanning, "dim")

    def is_new(self, what: str) -> bool:
        """Whether this was not drawn since `forget`; counts as drawn from now on."""
        new = what not in self._drawn
        self._drawn.add(what)
        return new

    def forget(self) -> None:
        """What was drawn may be drawn again."""
        self._drawn.clear()


def one_line(value: Any, most: int = _MOST_OF_A_LINE) -> str:
    """Any value as one line of text, shortened to so many characters."""
    text = "" if value is None else str(value)
    text = " ".join(text[: most * 4].split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
