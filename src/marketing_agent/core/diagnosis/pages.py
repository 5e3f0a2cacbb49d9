"""What a landing page says about our script, by its HTML alone.

Nothing of the page is run, and nothing of it is kept but these findings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from marketing_agent.core.diagnosis.markup import Comment, StartTag, read_markup

_SOURCE: Final = re.compile(r"""src\s*+=\s*+["']?([^"'\s>]++)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptOnPage:
    """One of our scripts in a page."""

    key: str
    nonce: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What was found in a page."""

    scripts: tuple[ScriptOnPage, ...] = ()
    in_comments: tuple[str, ...] = ()
    """The keys of our scripts that stand in comments."""
    policies: tuple[str, ...] = ()
    """Content-Security-Policies of its meta elements."""


def read_page(html: str, public_url: str) -> PageReading:
    """Look for the Landing Page Embed Code; broken HTML is read as far as it goes."""
    ours = _ours(public_url)
    scripts: list[ScriptOnPage] = []
    in_comments: list[str] = []
    policies: list[str] = []
    for each in read_markup(html):
        match each:
            case Comment(text=text):
                sources = _SOURCE.findall(text)
                in_comments += [key[1] for s in sources if (key := ours.match(s))]
            case StartTag(name="script", attributes=given):
                if found := ours.match(given.get("src", "").strip()):
                    nonce = given.get("nonce") or None
                    scripts.append(ScriptOnPage(key=found[1], nonce=nonce))
            case StartTag(name="meta", attributes=given):
                if given.get("http-equiv", "").strip().lower() == _POLICY:
                    policies.append(given.get("content", ""))
            case _:
                pass
    return PageReading(
        scripts=tuple(scripts),
        in_comments=tuple(in_comments),
        policies=tuple(policies),
    )


_POLICY: Final = "content-security-policy"


def _ours(public_url: str) -> re.Pattern[str]:
    """Matches the address of a script of ours, with or without its scheme."""
    address = re.escape(public_url.partition(":")[2])
    return re.compile(
        rf"(?:https?:)?{address}/embed/([A-Za-z0-9_-]{{1,64}})\.js(?:[?#]|$)",
        re.IGNORECASE,
    )
