"""What merchants say, by language: every language has its files with the same keys.

A line is a pattern; a space in it is any white space. A `Concept` is looked for in the
folded sentence with a slip in a keyword mended, an `Announced` in the sentence as it is
written; that yields the part which `<q>` (in quotes), `<x>` (bare, up to a pattern of
`end`) or another group holds.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import QUOTED, quoted
from marketing_agent.agent.planner.spelling import mended
from marketing_agent.core.ngrams import folded
from marketing_agent.services.product_text import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES: Final = ("en", "ja", "zh-Hant", "th")
_FOLDER: Final = Path(__file__).parent
_STOP: Final = (
    r"$|\.(?=\s|$)|[,;!?\n。、()\uff0c\uff1b\uff01\uff1f\uff08\uff09]"
    r"|[「」『』《》\u201c\u201d\"]"
)
_KANA: Final = re.compile("[\u3041-\u30fa]")
_HAN: Final = re.compile("[\u3400-\u9fff]")
_THAI: Final = re.compile("[\u0e01-\u0e5b]")
_NEAR: Final = (
    r"(?:(?!\bforms?\b|pop-?up|segment|property|フォーム|ポップアップ|セグメント|表單|彈窗"
    r"|區隔|屬性|ฟอร์ม|ป๊อป|เซกเมนต์|พร็อพ)[^\"\u201c「『《\u2018\n]){0,40}?"
)
_LABEL: Final = (
    r"(\S[^,.;!?\n]{0,58}?)(?=\s*(?:$|[,.;!?]|\s(?:please|pls|when|after|and"
    r"|(?:for|on|in) (?:the|our|my))\b))"
)
_FEW_WORDS: Final = r"((?:[\w&'\u2019./-]+ ){0,4}?[\w&'\u2019./-]+)"


@cache
def lines(language: str) -> dict[str, list[str]]:
    """The patterns of a language by their key, as they are written."""
    folders = (_FOLDER, _FOLDER / "naming", _FOLDER / "turns")
    files = (folder / f"{language}.yaml" for folder in folders)
    told = [read_yaml(file.read_text(encoding="utf-8")) for file in files]
    return {
        key: text.strip().splitlines() for each in told for key, text in each.items()
    }


class Concept:
    """Something that can be said, in any of the languages."""

    def __init__(self, key: str) -> None:
        each = [line for language in LANGUAGES for line in lines(language)[key]]
        plain = unicodedata.normalize("NFKC", "|".join(f"(?:{line})" for line in each))
        self._pattern = re.compile(plain.replace(" ", r"\s+").replace(r"\s+?", r"\s*"))

    def is_in(self, text: str) -> bool:
        """Whether it is said anywhere in the text."""
        return self._pattern.search(folded(mended(text))) is not None

    def begins(self, text: str) -> bool:
        """Whether the text begins with it."""
        return self._pattern.match(folded(mended(text))) is not None

    def is_all_of(self, text: str) -> bool:
        """Whether the text says nothing else."""
        return self._pattern.fullmatch(folded(mended(text))) is not None

    def after(self, text: str) -> str:
        """The folded text behind it, where it begins with it; else all of it."""
        spoken = folded(mended(text))
        found = self._pattern.match(spoken)
        return spoken[found.end() :] if found else spoken

    def put_for(self, text: str, instead: str) -> str:
        """The folded text with something else in its place."""
        return self._pattern.sub(instead, folded(mended(text)))

    def parts_in(self, text: str) -> list[str]:
        """What the groups of its patterns hold, in the folded text."""
        found = self._pattern.finditer(folded(text))
        return [part for match in found for part in match.groups() if part]


class Announced:
    """A part of a sentence that words before or after it announce."""

    def __init__(self, key: str) -> None:
        self._patterns = [
            (language, re.compile(_filled(line, language), re.IGNORECASE))
            for language in LANGUAGES
            for line in lines(language)[key]
        ]

    def parts_in(self, text: str) -> Iterator[str]:
        """What is announced, the surest first; as written, without white space."""
        marked = quoted(text)
        for part, whole in self._found_in(text):
            if part in marked or '"' not in whole:
                yield part

    def rests_in(self, text: str) -> Iterator[str]:
        """The same for parts of a sentence that may hold quoted text themselves."""
        return (part for part, _ in self._found_in(text))

    def _found_in(self, text: str) -> Iterator[tuple[str, str]]:
        """Every part with all that its pattern took in."""
        written_in = _languages_of(QUOTED.sub(" ", text))
        for language, pattern in self._patterns:
            if language not in written_in:
                continue
            for match in pattern.finditer(text):
                part = next((each.strip() for each in match.groups() if each), "")
                if part:
                    yield part, match[0]


def _languages_of(text: str) -> set[str]:
    """By its script; English words may stand in any sentence."""
    if _KANA.search(text):
        return {"en", "ja"}
    others = {"zh-Hant": _HAN, "th": _THAI}
    return {"en", *(each for each, script in others.items() if script.search(text))}


def _filled(line: str, language: str) -> str:
    ends = "|".join((_STOP, *lines(language)["end"]))
    plain = (
        line.replace("<x>", "(\\S.{0,98}?)<end>")
        .replace("<end>", rf"(?=\s*(?:{ends}))")
        .replace("<label>", _LABEL)
        .replace("<near>", _NEAR)
        .replace("<w>", _FEW_WORDS)
    )
    plain = plain.replace(" ", r"\s+").replace(r"\s+?", r"\s*")
    return plain.replace("<q>", f"(?:{QUOTED.pattern})")
