"""Values inside a sentence: quoted text, merge variables, identifiers.

They are read by the slots and hidden from the matcher, which only looks at the rest.
"""

from __future__ import annotations

import re
from typing import Final

from marketing_agent.core.masked_text import CREDENTIAL
from marketing_agent.core.raw_text import narrow

VARIABLE: Final = re.compile(r"\{\{[^{}]{1,120}\}\}")
LINE_USER_ID: Final = re.compile(r"(?<![0-9A-Za-z])[Uu][0-9A-Fa-f]{32}(?![0-9A-Za-z])")
QUOTED: Final = re.compile(
    r"\"([^\"\n]{1,200})\"|\u201c([^\u201d\n]{1,200})\u201d|「([^」\n]{1,200})」"
    r"|『([^』\n]{1,200})』|(?<!\w)['\u2018]([^'\u2019\n]{1,200})['\u2019](?!\w)"
)
URL: Final = re.compile(r"https?://[^\s\"'<>「」『』、。]+", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+")
_PHONE: Final = re.compile(r"\+?\d[\d\s().•-]{6,}\d")
SLUG: Final = re.compile(r"\b(?=[a-z]*[0-9])[2-9a-hjkmnp-z]{10}\b")
_KANA: Final = re.compile("[\u3041-\u30fa]")


def quoted(text: str) -> list[str]:
    """What stands between quotation marks, merge variables taken out first."""
    found = QUOTED.finditer(VARIABLE.sub(" ", text))
    return [part.strip() for match in found if (part := match[match.lastindex or 0])]


def without_values(text: str) -> str:
    """The sentence without anything that is a value."""
    for values in (VARIABLE, URL, QUOTED, LINE_USER_ID, _EMAIL, _PHONE, SLUG):
        text = values.sub(" ", text)
    return text.replace(CREDENTIAL, " ")


def is_question(text: str) -> bool:
    """Whether there is a question mark, of either width."""
    return "?" in narrow(text)


def for_matching(text: str) -> str:
    """The sentence as the matcher sees it: a LINE User ID is only "this friend"."""
    friend = "この友だち" if _KANA.search(text) else " this friend "
    return without_values(LINE_USER_ID.sub(friend, VARIABLE.sub(" ", text)))
