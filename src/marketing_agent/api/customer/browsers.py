"""Browsers inside apps, from which LINE does not open: which real one to offer.

LINE's app opens by a universal link (iOS) or an app link (Android). Those work in
Safari, in Android's browsers and in LINE's own browser; elsewhere the customer meets a
login by password, or comes back to another browser (LINE Login, "How does auto login
work?"). A user agent is a hint and nothing more: a wrong guess costs one sentence.
"""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 1000
_LINE: Final = re.compile(r"\bLine/\d")
_IOS: Final = re.compile(r"\b(?:iPhone|iPad|iPod)\b")
_SAFARI: Final = re.compile(r"\bVersion/\d.*\bSafari/\d")
_NAMED_APP: Final = re.compile(
    r"\b(?:FBAN|FBAV|FB_IAB|Instagram|Barcelona|GSA|YJApp|Twitter|Snapchat|Pinterest"
    r"|BytedanceWebview|musical_ly|MicroMessenger|KAKAOTALK|LinkedInApp)\b"
)
_OTHER_ON_IOS: Final = re.compile(r"\b(?:CriOS|FxiOS|EdgiOS|OPT|OPiOS|DuckDuckGo)/")
_ANDROID_WEB_VIEW: Final = re.compile(r"\bAndroid\b.*; wv\)")


def better_browser(user_agent: str) -> str | None:
    """The browser to open the page in instead; None where LINE opens from this one."""
    agent = user_agent[:_LONGEST]
    if _LINE.search(agent):
        return None
    if _IOS.search(agent):
        return None if _is_safari(agent) else "Safari"
    if "Android" in agent and (
        _NAMED_APP.search(agent) or _ANDROID_WEB_VIEW.search(agent)
    ):
        return "Chrome"
    return None


def _is_safari(agent: str) -> bool:
    """Apps show pages without naming a version of Safari, or name themselves."""
    named = _NAMED_APP.search(agent) or _OTHER_ON_IOS.search(agent)
    return named is None and _SAFARI.search(agent) is not None
