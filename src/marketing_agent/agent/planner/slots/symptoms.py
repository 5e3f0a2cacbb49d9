"""Which symptom a merchant describes, and what about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.slots import friends, known, qr_codes
from marketing_agent.agent.planner.slots.named import candidates
from marketing_agent.core.diagnosis.symptoms import Symptom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_WORDS: Final = {
    Symptom.NO_LINKING_URL: re.compile(
        r"\blinking\s+url\b|\bno\s+url\b|連携(?:用)?URL|URLが(?:出|表示)", re.IGNORECASE
    ),
    Symptom.NO_LINK_BUTTON: re.compile(
        r"\bbutton\b|\bsuccess\s+screen\b|\bscript\b|\blanding\s+page\b|\bembed\b"
        r"|\bpop-?up\b|ボタン|サクセス画面|埋め込み|スクリプト|ランディングページ|ポップアップ",
        re.IGNORECASE,
    ),
    Symptom.NOT_LINKED: re.compile(
        r"\blink(?:ed|s)?\b(?!\s+button)|\bmatched\b|\bline\s+user\s+ids?\b"
        r"|nothing\s+happens|連携(?:され|でき|しな)|何も起き|書き込まれ|ひも付",
        re.IGNORECASE,
    ),
    Symptom.SETUP: re.compile(
        r"\bconnect(?:ion|ed)?\b|\bset-?\s?up\b|\beverything\b|接続|設定|全体|全部",
        re.IGNORECASE,
    ),
}
_PROFILE: Final = re.compile(r"\b01[0-9A-HJKMNP-TV-Z]{24}\b")


def symptom(heard: Heard) -> Mapping[str, str]:
    """The symptom that is named most exactly, with whom or what it is about."""
    found = next((s for s, words in _WORDS.items() if words.search(heard.text)), None)
    return {} if found is None else {"symptom": found.value, **about(heard, found)}


def about(heard: Heard, what: Symptom) -> Mapping[str, str]:
    """The friend, profile, QR code or form, if exactly one is named."""
    profiles = set(_PROFILE.findall(heard.text))
    told = dict(friends.line_user_id(heard))
    if len(profiles) == 1:
        told["profile_id"] = profiles.pop()
    if what is Symptom.NO_LINKING_URL:
        told |= qr_codes.qr_code(heard)
    there = known.linked_forms(heard.results, heard.slots) or []
    named = candidates(heard.text, there)
    if what is Symptom.NO_LINK_BUTTON and len(named) == 1:
        told["form_id"] = named[0].id
    return told
