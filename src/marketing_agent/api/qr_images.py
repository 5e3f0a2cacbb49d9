"""QR codes from text: for emails (PNG), for pages (SVG), and as bare modules.

The smallest code that holds the text, with the best error correction that still fits
it, and the quiet zone of four modules that scanners need (ISO/IEC 18004).
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

import segno
from segno.encoder import DataOverflowError

from marketing_agent.core.errors import BadInput

_QUIET_ZONE: Final = 4
_PNG_PIXELS: Final = 8
"""A side of one module: still sharp when an email shows the image at half its size."""


class TooLongForQrCode(BadInput):
    """A QR code holds at most 2,953 bytes; this text has {length}."""


def png(text: str) -> bytes:
    """A black and white PNG, 8 pixels a module. Raises TooLongForQrCode."""
    image = BytesIO()
    _code(text).save(image, kind="png", scale=_PNG_PIXELS, border=_QUIET_ZONE)
    return image.getvalue()


def svg(text: str) -> bytes:
    """An SVG document that scales with its frame. Raises TooLongForQrCode."""
    image = BytesIO()
    _code(text).save(
        image, kind="svg", border=_QUIET_ZONE, light="#fff", omitsize=True, nl=False
    )
    return image.getvalue()


def rows(text: str) -> list[str]:
    """Each row of modules in hexadecimal, bits from the left, without the quiet zone.

    For a script that draws it itself. Raises TooLongForQrCode.
    """
    return [_hexadecimal(row) for row in _code(text).matrix]


def _hexadecimal(row: bytearray) -> str:
    bits = "".join("1" if module else "0" for module in row)
    whole = bits.ljust(-len(bits) // 4 * -4, "0")
    return f"{int(whole, 2):0{len(whole) // 4}x}"


def _code(text: str) -> segno.QRCode:
    try:
        return segno.make_qr(text, error="l")
    except DataOverflowError as error:
        raise TooLongForQrCode(length=len(text.encode())) from error
