"""A QR code of text characters that a phone can read from the screen.

Two modules a character, black on white by explicit colours, so that it can be scanned
from dark and light terminals; with ISO/IEC 18004's quiet zone of four modules.
"""

from __future__ import annotations

from typing import Final

import segno
from rich.text import Text
from segno.encoder import DataOverflowError

_QUIET_ZONE: Final = 4
_COLOURS: Final = "#000000 on #ffffff"
_CHARACTERS: Final = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
"""By the upper and the lower module; 1 is dark."""


def qr_code(text: str) -> Text | None:
    """The QR code; None for a text that no QR code can hold."""
    try:
        code = segno.make_qr(text, error="l")
    except (DataOverflowError, ValueError):
        return None
    rows = [[min(each, 1) for each in row] for row in code.matrix_iter(1, _QUIET_ZONE)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    lines = [
        "".join(_CHARACTERS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]
    return Text("\n".join(lines), style=_COLOURS, no_wrap=True)
