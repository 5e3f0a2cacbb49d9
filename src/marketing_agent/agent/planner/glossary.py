"""A Japanese question in the terms of the English help text.

Only terms are looked up, word by word; a question without any is passed on as it is.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from marketing_agent.services.product_text import read_yaml

_FILE: Final = Path(__file__).parent / "glossary.yaml"


def in_english(question: str) -> str:
    """The English terms in the order of the question, each once."""
    terms = _terms()
    longest_first = sorted(map(re.escape, terms), key=len, reverse=True)
    found = re.findall("|".join(longest_first), question)
    return " ".join(dict.fromkeys(terms[each] for each in found)) or question


@cache
def _terms() -> dict[str, str]:
    """The glossary as it is written: Japanese term to English term."""
    content: dict[str, str] = read_yaml(_FILE.read_text(encoding="utf-8"))
    return content
