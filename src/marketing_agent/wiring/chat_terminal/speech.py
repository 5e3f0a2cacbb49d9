"""Which language the terminal's own words are in: that of the conversation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.core.scripts import HAN, KANA, THAI, are_japanese

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGLISH: Final = "en"
_JAPANESE: Final = "ja"
_CHINESE: Final = "zh-Hant"
_THAI: Final = "th"
_NAMED: Final = {"ja": _JAPANESE, "zh": _CHINESE, "th": _THAI}
"""Ours by the languages of a POSIX locale."""
_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_NOT_SPOKEN: Final = re.compile(
    r"```.*?(?:```|\Z)|「[^」]*」|“[^”]*”|\"[^\"]*\"|\{\{.*?\}\}|https?://\S+",
    re.DOTALL,
)
_LATIN: Final = re.compile("[A-Za-z]")
_LEAST_SHARE: Final = 0.2
"""Of other letters among the Latin ones, which names of products are written in."""


def of_locale(environment: Mapping[str, str]) -> str:
    """The language that a terminal is set to; English for one that is not ours."""
    named = next((environment[each] for each in _LOCALE if environment.get(each)), "")
    return _NAMED.get(re.split("[_.@-]", named)[0], ENGLISH)


def spoken_in(text: str, before: str) -> str:
    """The language of what somebody says; `before` where it does not tell.

    Snippets, addresses and quoted names do not count.
    """
    spoken = _NOT_SPOKEN.sub(" ", text)
    kana, thai, han = (len(each.findall(spoken)) for each in (KANA, THAI, HAN))
    others, latin = kana + thai + han, len(_LATIN.findall(spoken))
    if not others + latin:
        return before
    if others < _LEAST_SHARE * (others + latin):
        return ENGLISH
    if thai > kana + han:
        return _THAI
    characters, talk = "".join(HAN.findall(spoken)), before == _JAPANESE
    is_japanese = kana or are_japanese(characters, in_japanese_talk=talk)
    return _JAPANESE if is_japanese else _CHINESE
