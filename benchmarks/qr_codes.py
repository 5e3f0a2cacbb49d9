"""QR code images as the program makes them: of an email's link, and of a page's."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure, spread
from marketing_agent.api import qr_images

if TYPE_CHECKING:
    from collections.abc import Callable

_IMAGES: Final = 100
_ROUNDS: Final = 5
_LINK: Final = "https://link.shop.test/link?t="
_TICKET_LENGTH: Final = 300
"""Characters of a sealed ticket with an email address, give or take a few."""


def measure() -> list[Figure]:
    """One image after the other on one core; no image is made twice."""
    return [
        _figure("QR code image for an email (PNG)", qr_images.png),
        _figure("QR code image for a page (SVG)", qr_images.svg),
    ]


def _figure(what: str, draw: Callable[[str], bytes]) -> Figure:
    rates = [_IMAGES / _seconds(draw, start) for start in range(_ROUNDS)]
    return Figure(
        what=what,
        value=statistics.median(rates),
        unit="per second",
        how=f"{len(_text(0))} characters; {spread(rates, 'per second')}",
    )


def _seconds(draw: Callable[[str], bytes], start: int) -> float:
    texts = [_text(start * _IMAGES + place) for place in range(_IMAGES)]
    started = time.perf_counter()
    for text in texts:
        draw(text)
    return time.perf_counter() - started


def _text(number: int) -> str:
    return _LINK + f"{number:06d}" * (_TICKET_LENGTH // 6)
