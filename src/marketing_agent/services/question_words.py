"""The words of a question that tell what is asked, reduced to stems.

English: small words fall away, every no is the same word, and words that merchants use
for one thing count as one. Scripts without spaces between words: runs of characters.
"""

from __future__ import annotations

import re
from typing import Final

from marketing_agent.core.ngrams import words

_ENDING: Final = re.compile(r"(?<=..)(?:ing|ed|es|ly|e|(?<!s)s)$")
_THAI: Final = re.compile("[\u0e01-\u0e5b]")
_HIRAGANA: Final = re.compile("[\u3041-\u309f]+")
_UNSPACED: Final = re.compile(
    "[\u0e01-\u0e5b\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)
_THAI_RUN: Final = 3
_HAN_RUN: Final = 2
_SMALL: Final = (
    "a about actually all also am an and any are as at be been but by can could did do"
    " does doing else even ever exactly for from get gets getting give go got had has"
    " have her here his how i if im in into is it its ive just let may me might must my"
    " now of on one or our out please really she he should so some still such than that"
    " the their them themselves then there these they thing this to too up us want was"
    " we were what whats when where which who will with would yet you your"
)
_NOT: Final = (
    "arent cannot cant didnt doesnt dont fail fails hasnt havent isnt missing never no"
    " nobody none nothing wasnt without wont"
)
_SAME: Final = {
    "not": _NOT,
    "customer": "anybody anyone buyer buyers client clients consumer everybody everyone"
    " people person persons reader readers recipient recipients shopper shoppers"
    " somebody someone subscriber subscribers",
    "email": "emails mail mails newsletter newsletters",
    "computer": "desktop laptop pc",
    "phone": "cellphone iphone mobile smartphone smartphones telephone",
    "delete": "deleting deletion erase remove removed removing",
    "change": "edit editing modify rename renaming switch switching update",
    "undo": "revert restore rollback",
    "mistake": "accident accidentally mistaken wrong wrongly",
    "image": "images photo picture",
    "start": "begin beginning",
    "create": "build generate make making",
    "appear": "display displayed show shown showing",
    "poster": "flyer flyers leaflet leaflets posters print printed",
    "shop": "business company store",
    "key": "credential credentials keys password passwords secret secrets token tokens",
    "automatic": "auto automatically automated",
    "many": "lots much",
    "few": "barely hardly rarely",
    "duplicate": "doubled duplicated duplicates twice",
}
_SMALL_WORDS: Final = frozenset(_SMALL.split())
_FOLDED: Final = {each: word for word, alike in _SAME.items() for each in alike.split()}


def telling_words(text: str) -> list[str]:
    """What is asked, in order: `Why can't I see my links?` is why, not, see, links."""
    said = [_FOLDED.get(word, word) for word in words(text)]
    return [word for word in said if word not in _SMALL_WORDS]


def stems(text: str) -> list[str]:
    """The telling words without their endings, so that links and linked are link.

    Of Chinese and Japanese every two characters, of Thai every three; but not two
    hiragana, which are mostly grammar.
    """
    return [stem for word in telling_words(text) for stem in _stems_of(word)]


def _stems_of(word: str) -> list[str]:
    if _UNSPACED.fullmatch(word) is None:
        return [_ENDING.sub("", word)]
    size = _THAI_RUN if _THAI.search(word) else _HAN_RUN
    runs = (word[at : at + size] for at in range(max(1, len(word) - size + 1)))
    return [run for run in runs if not _HIRAGANA.fullmatch(run)]
