"""How a merchant says that they reach customers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPOKEN_OF: Final = {
    "email": re.compile(
        r"newsletter|\be-?mail(?:s|ing)?\b|メルマガ|メール|ニュースレター",
        re.IGNORECASE,
    ),
    "form": re.compile(
        r"\bforms?\b|landing\s+page|pop-?up|フォーム|ランディング|LP", re.IGNORECASE
    ),
    "ids": re.compile(
        r"line\s+user\s+ids?|\bids?\b|ユーザーID|LINE\s*ID", re.IGNORECASE
    ),
}
_METHODS: Final = {
    "qr_link": re.compile(
        r"\bqr\b|\be-?mails?\b|newsletter|QRコード|メール", re.IGNORECASE
    ),
    "form_linkage": re.compile(r"\bforms?\b|pop-?up|フォーム", re.IGNORECASE),
    "import": re.compile(r"\bimport|\bids?\b|インポート|取り込み|ID", re.IGNORECASE),
}
_NEGATED: Final = re.compile(
    r"\b(?:not|no|none|never|without|neither|nor|only)\b|n't\b|ません|ない|なし|のみ|だけ",
    re.IGNORECASE,
)


def channels(text: str) -> Mapping[str, str]:
    """`yes` for each channel that is spoken of; empty where something is denied."""
    if _NEGATED.search(text):
        return {}
    return {name: "yes" for name, words in _SPOKEN_OF.items() if words.search(text)}


def picked(text: str) -> list[str]:
    """The methods that are named; none where something is denied."""
    if _NEGATED.search(text):
        return []
    plain = re.sub(r"ID\s*(?:連携|linkage)", " ", text, flags=re.IGNORECASE)
    return [method for method, words in _METHODS.items() if words.search(plain)]
