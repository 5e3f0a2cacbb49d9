"""Values inside a sentence: quoted text, merge variables, identifiers.

They are read by the slots and hidden from the matcher, which only looks at the rest.
"""

from __future__ import annotations

import re
from typing import Final

from marketing_agent.core.masked_text import CREDENTIAL
from marketing_agent.core.raw_text import narrow

_UNSPACED: Final = "\u0e00-\u0e7f\u3000-\u30ff\u3400-\u9fff\uff01-\uff0f\uff1a-\uff60"
_NO_EMAIL: Final = rf"\s\0@,;:<>()\"\u201c\u201d{_UNSPACED}"
VARIABLE: Final = re.compile(r"\{\{[^{}]{1,120}\}\}")
LINE_USER_ID: Final = re.compile(r"(?<![0-9A-Za-z])[Uu][0-9A-Fa-f]{32}(?![0-9A-Za-z])")
QUOTED: Final = re.compile(
    r"[\"\uff02]([^\"\uff02\n]{1,200})[\"\uff02]|\u201c([^\u201d\n]{1,200})\u201d"
    r"|「([^」\n]{1,200})」|『([^』\n]{1,200})』|《([^》\n]{1,200})》|«([^»\n]{1,200})»"
    r"|(?<![A-Za-z0-9])['\u2018]([^'\u2019\n]{1,200})['\u2019](?![A-Za-z0-9])"
)
URL: Final = re.compile(
    rf"https?://[^\s\"'<>{_UNSPACED}]+",
    re.IGNORECASE,
)
EMAIL: Final = re.compile(rf"[^{_NO_EMAIL}]+@[^{_NO_EMAIL}]+")
PHONE: Final = re.compile(r"\+?\d[\d\s().•-]{6,}\d")
SLUG: Final = re.compile(
    r"(?<![0-9A-Za-z_])(?=[a-z]*[0-9])[2-9a-hjkmnp-z]{10}(?![0-9A-Za-z_])"
)
_KANA: Final = re.compile("[\u3041-\u30fa]")
_HAN: Final = re.compile("[\u3400-\u9fff]")
_THAI: Final = re.compile("[\u0e01-\u0e5b]")
_QUESTION: Final = re.compile(
    r"(?:[嗎呢]|什麼|為什麼|怎麼辦)[。! ]*$"
    r"|(?:มั้ย|ใช่ไหม|ได้ไหม|หรือเปล่า|หรือไม่|ทำไม|ยังไง|อย่างไร|อะไร)"
    r"(?:ครับ|คะ|ค่ะ|นะ)*[ .]*$"
)


def quoted(text: str) -> list[str]:
    """What stands between quotation marks, merge variables taken out first."""
    found = QUOTED.finditer(VARIABLE.sub(" ", text))
    return [part.strip() for match in found if (part := match[match.lastindex or 0])]


def without_values(text: str) -> str:
    """The sentence without anything that is a value."""
    for values in (VARIABLE, URL, QUOTED, LINE_USER_ID, EMAIL, PHONE, SLUG):
        text = values.sub(" ", text)
    return text.replace(CREDENTIAL, " ")


def is_question(text: str) -> bool:
    """Whether it ends as a question does, or has a question mark of either width."""
    plain = narrow(text)
    return "?" in plain or _QUESTION.search(plain) is not None


def for_matching(text: str) -> str:
    """The sentence as the matcher sees it: a LINE User ID is only "this friend"."""
    return without_values(LINE_USER_ID.sub(_this_friend(text), VARIABLE.sub(" ", text)))


def _this_friend(text: str) -> str:
    if _KANA.search(text):
        return "この友だち"
    if _THAI.search(text):
        return "เพื่อนคนนี้"
    return "這位好友" if _HAN.search(text) else " this friend "
