"""On or off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_OFF: Final = re.compile(
    r"\b(?:turn|switch|keep|set)(?:ed|ing)?\b[^.]{0,40}\boff\b|^\W*off\b|\b(?:off|stop|"
    r"pause|suspend|halt|disable|freeze|deactivate)(?:d|s|ped|ping|ing)?\b|\bon\s+hold\b"
    r"|オフ|止め|停止|休止|無効|ストップ|切って|切りたい",
    re.IGNORECASE,
)
_ON: Final = re.compile(
    r"\b(?:turn|switch|keep|set|put)\b[^.]{0,40}\bon\b(?!\s+hold)|^\W*on\b(?!\s+hold)"
    r"|\b(?:resume|enable|activate|restart|continue|go\s+on)(?:d|s|ing)?\b"
    r"|\bstart\b[^.]{0,60}\bagain\b|\bback\s+on\b"
    r"|オンに|オンへ|^オン|再開|有効|動かして|戻す|戻して|始めて",
    re.IGNORECASE,
)
_REFUSED: Final = re.compile(
    r"\b(?:don't|do\s+not|never|no\s+longer|not\s+to|shouldn't|should\s+not)\b"
    r"|ないで|ないように|なくてい|したくない|させない|しない",
    re.IGNORECASE,
)
_WISHED: Final = re.compile(
    r"\bi\s+want\b.*\bto\s+be\s+linked\b|\bshould\s+be\s+linked\b|\blink\b.*\bautomatically\b"
    r"|自動で連携(?:される|する)ように",
    re.IGNORECASE,
)


def on_or_off(heard: Heard) -> Mapping[str, str]:
    """`on` or `off` if the sentence says one of them, and does not deny it.

    "Don't link them any more" is off; "don't stop it" is left to be asked about.
    """
    off, on = _OFF.search(heard.text), _ON.search(heard.text)
    if _REFUSED.search(heard.text):
        return {} if off or on else {"on": "off"}
    if off and on:
        return {}
    if off or on:
        return {"on": "off" if off else "on"}
    return {"on": "on"} if _WISHED.search(heard.text) else {}
