"""A platform's own words, made safe to show: errors travel into logs and to a model."""

from __future__ import annotations

import re

_LONGEST = 200
_PERSONAL = re.compile(
    r"[^\s\"'<>,;:()]+@[^\s\"'<>,;()]+"  # an address
    r"|\+?\d[\d\s().-]{6,}\d"  # a phone number
    r"|[\w+/=.~-]{24,}"  # a LINE User ID, a profile id, a token
)


def shown(text: str | None) -> str:
    """`text` on one line, cut, with addresses, numbers, ids and tokens blotted out.

    Klaviyo repeats the value that it refuses in the `detail` of its error.
    """
    line = " ".join((text or "no reason given").split())
    return _PERSONAL.sub("[…]", line)[:_LONGEST]
