"""Emails as the stage shows them: with a button on every picture of a QR code."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final
from urllib.parse import urlencode

_PICTURE: Final = re.compile(
    r"""(?:<a\b[^>]*>\s*)?<img\b[^>]*?\bsrc="([^"]+/qr\.png[^"]*)"[^>]*>(?:\s*</a>)?""",
    re.IGNORECASE,
)


def with_scan_buttons(html: str, scan_path: str, label: str) -> str:
    """Put a link that scans it onto each picture; it opens on the phone."""

    def with_button(picture: re.Match[str]) -> str:
        address = f"{scan_path}?{urlencode({'image': unescape(picture[1])})}"
        return (
            f'<span class="picture">{picture[0]}<a class="scan" data-testid="scan" '
            f'href="{escape(address)}">{escape(label)}</a></span>'
        )

    return _PICTURE.sub(with_button, html)
