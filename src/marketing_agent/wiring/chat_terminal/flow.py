"""Text that comes in pieces, broken between words at the width of the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Callable

_FENCE: Final = "```"


class Flow:
    """Writes whole words. A word wider than a line is left to the terminal, unbroken.

    Between two fences of three backticks, where there is something to copy, no line is
    broken. `width` is in cells; None never breaks a line.
    """

    def __init__(self, write: Callable[[str], object], width: int | None) -> None:
        self._write = write
        self._width = width
        self._word = ""
        self._gap = ""
        self._column = 0
        self._fenced = False

    def add(self, piece: str) -> None:
        """The next few words, or a part of one."""
        for character in piece:
            match character:
                case "\n":
                    self._put_word()
                    self._new_line()
                case " ":
                    self._put_word()
                    self._gap += " "
                case _:
                    self._word += character

    def end(self) -> None:
        """Nothing follows."""
        self._put_word()
        self._fenced = False
        if self._column:
            self._new_line()

    def _put_word(self) -> None:
        if not self._word:
            return
        needed = len(self._gap) + cell_len(self._word)
        if self._column == 0 and self._word.startswith(_FENCE):
            self._fenced = not self._fenced
        if self._is_full(needed):
            self._new_line()
        self._write(self._gap + self._word)
        self._column += len(self._gap) + cell_len(self._word)
        self._word = self._gap = ""

    def _is_full(self, needed: int) -> bool:
        if self._width is None or self._fenced or not self._column:
            return False
        return self._column + needed > self._width

    def _new_line(self) -> None:
        self._write("\n")
        self._gap, self._column = "", 0
