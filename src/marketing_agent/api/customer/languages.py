"""Which language a browser wants, and which of ours comes closest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from babel import negotiate_locale

from marketing_agent.api.customer.wording import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.api.customer.wording import Wording

_ENTRY: Final = re.compile(
    r"\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?"
)
_LONGEST_HEADER: Final = 1000
_MOST_LANGUAGES: Final = 6


def wanted_languages(accept_language: str) -> tuple[str, ...]:
    """The language tags of an `Accept-Language` header, the most wanted first.

    Total: what is no BCP 47 tag is passed over, and of many the first six count.
    """
    entries = accept_language[:_LONGEST_HEADER].split(",")
    found = [match for entry in entries if (match := _ENTRY.fullmatch(entry))]
    weighed = [(float(match[2] or 1), match[1]) for match in found]
    accepted = [(weight, tag) for weight, tag in weighed if weight > 0]
    ranked = sorted(accepted, key=lambda each: each[0], reverse=True)
    return tuple(tag for _, tag in ranked[:_MOST_LANGUAGES])


def closest(wanted: tuple[str, ...], wordings: Mapping[str, Wording]) -> Wording:
    """The wording for these tags; English where we speak none of them."""
    ours = {
        tag.lower(): wording
        for wording in wordings.values()
        for tag in (wording.language, *wording.answers_to)
    }
    tag = negotiate_locale(wanted, ours, sep="-", aliases={})
    return wordings[DEFAULT_LANGUAGE] if tag is None else ours[tag.lower()]
