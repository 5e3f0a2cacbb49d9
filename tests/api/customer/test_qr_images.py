"""QR code images, read back by a reader of our own."""

from __future__ import annotations

import pytest

from marketing_agent.api import qr_images
from tests.api.customer.qr_reader import modules_of_png, modules_of_svg, read

URL = "https://links.test/l/tbv9et22g7?k="
LENGTHS = [1, 12, 40, 90, 160, 400, 900, 2953]


def _text(length: int) -> str:
    return (URL + "aB9_-" * 600)[:length]


@pytest.mark.parametrize("length", LENGTHS)
def test_a_png_holds_the_text(length: int) -> None:
    """The black and white pixels of a PNG spell the text, at every size of code."""
    image = qr_images.png(_text(length))

    assert read(modules_of_png(image, scale=8, border=4)) == _text(length)


@pytest.mark.parametrize("length", LENGTHS)
def test_an_svg_holds_the_text(length: int) -> None:
    """The strokes of an SVG spell the text, at every size of code."""
    image = qr_images.svg(_text(length))

    assert read(modules_of_svg(image, border=4)) == _text(length)


def test_short_text_is_no_micro_qr_code() -> None:
    """Phones do not read Micro QR codes: even one letter gives 21 modules a side."""
    modules = modules_of_svg(qr_images.svg("a"), border=4)

    assert len(modules) == 21


@pytest.mark.parametrize("image", [qr_images.png, qr_images.svg])
def test_too_long_a_text_is_refused(image: object) -> None:
    """More than a QR code can hold is an error of ours that names the length."""
    assert callable(image)
    with pytest.raises(qr_images.TooLongForQrCode, match="2954"):
        image(_text(2954))
