"""Friends' names as they are searched for: one spelling for all widths and cases."""

from __future__ import annotations

import unicodedata
from typing import Final

_MOST_CHARACTERS: Final = 100


def folded_name(name: str) -> str:
    """NFKC, case folded, single spaces, cut to 100 characters.

    Folding a beginning of a name gives a beginning of the folded name, but where the
    cut falls inside of a combined character.
    """
    folded = unicodedata.normalize("NFKC", name[: 2 * _MOST_CHARACTERS]).casefold()
    # Folding may undo the normal form; twice is stable.
    folded = unicodedata.normalize("NFKC", folded)
    plain = "".join(c if c.isprintable() else " " for c in folded)
    return " ".join(plain.split())[:_MOST_CHARACTERS]
