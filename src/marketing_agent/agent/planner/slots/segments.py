"""Which friends a segment of the merchant's is to hold."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import QUOTED, quoted
from marketing_agent.agent.planner.slots.names import new_name
from marketing_agent.core.facts import Method
from marketing_agent.core.segments import FollowStatus, Linkage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

SEPARATOR: Final = "\n"
"""Between several values of one field: no tag has a line break in its name."""

_UNLINKED: Final = re.compile(
    r"\bunlinked\b|\b(?:not|never|n't|isn't|aren't|haven't)\b[\w\s]{0,20}\blinked\b"
    r"|\bwithout\s+(?:an?\s+)?(?:id\s+linkage|klaviyo\s+id\s+linkage|link(?:age)?)\b"
    r"|未連携|連携(?:して|でき|され)て?い?ない|連携なし",
    re.IGNORECASE,
)
_LINKED: Final = re.compile(
    r"(?<!un)(?<!not )\blinked\b|\bwith\s+(?:an?\s+)?(?:id\s+linkage|link)\b"
    r"|連携済み?|連携(?:した|している|されている|された)",
    re.IGNORECASE,
)
_BLOCKED: Final = re.compile(
    r"\bblocked\b|\bleft\b|\bunfollowed\b|ブロック|退出|友だちをやめ", re.IGNORECASE
)
_METHODS: Final = {
    Method.QR_LINK: re.compile(
        r"\b(?:by|through|via|with|from)\s+(?:the\s+|a\s+)?(?:custom\s+)?qr"
        r"|QRコード(?:で|から)",
        re.IGNORECASE,
    ),
    Method.FORM_LINKAGE: re.compile(
        r"\b(?:by|through|via|with|from)\s+(?:the\s+|a\s+|our\s+)?(?:\w+\s+)?(?:form|popup)"
        r"|(?:フォーム|ポップアップ)(?:で|から)",
        re.IGNORECASE,
    ),
    Method.IMPORT: re.compile(
        r"\b(?:by|through|via|with)\s+(?:the\s+|an\s+)?import|インポートで|取り込みで",
        re.IGNORECASE,
    ),
    Method.AUTO_LINK: re.compile(
        r"\b(?:by|through|via|with)\s+auto-?\s?link|\bautomatically\b|自動連携で",
        re.IGNORECASE,
    ),
}
_TAG: Final = re.compile(r"\btags?\b|\btagged\b|タグ", re.IGNORECASE)
_WITHOUT_TAG: Final = re.compile(
    r"\b(?:without|not)\b[^.]{0,30}\btag|タグ(?:が|の)?(?:付いていな|ついていな|な[いし])",
    re.IGNORECASE,
)
_TAG_BEFORE: Final = re.compile(
    r"\b([A-Z0-9][\w-]*)\s+tag\b|\btag(?:ged)?\s+(?:as\s+)?([A-Z0-9][\w-]*)\b"
    r"|([^\s、。「」『』のがを]{1,30})タグ"
)
_TAG_IN_QUOTES: Final = re.compile(
    r"[\"\u201c「『]([^\"\u201d」』]{1,60})[\"\u201d」』]\s*(?:tag|の?タグ)"
    r"|\btag(?:ged)?\s+(?:as\s+)?[\"\u201c]([^\"\u201d]{1,60})",
    re.IGNORECASE,
)
_SINCE: Final = re.compile(r"\bsince\b|\bafter\b|以降|以後|から", re.IGNORECASE)
_UNTIL: Final = re.compile(r"\bbefore\b|\buntil\b|より前|まで", re.IGNORECASE)
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_VAGUE_DAY: Final = re.compile(
    r"\bsince\b|\bthis\s+(?:week|month|year)\b|\blast\s+(?:week|month|year)\b|\brecently\b"
    r"|今月|先月|今週|先週|今年|昨年|最近|月以降|日以降|以降",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(
    r"\bjoin|\badded\s+us|\bfollow|\bbecame\s+(?:a\s+)?friend|友だちにな|友だち追加|登録した",
    re.IGNORECASE,
)
_EVERYONE: Final = re.compile(
    r"\b(?:everyone|everybody|all\s+(?:our\s+|my\s+)?friends)\b|全員|すべての友だち",
    re.IGNORECASE,
)
CONDITIONS: Final = (
    "klaviyo_id_linkage",
    "follow_status",
    "tags",
    "without_tags",
    "methods",
    "linked_since",
    "linked_before",
    "followed_since",
    "followed_before",
    "vague_day",
)


def conditions(heard: Heard) -> Mapping[str, str]:
    """All conditions that the sentence states; its quoted name is none of them.

    A day that is only hinted at ("this month") is noted to be asked for.
    """
    plain = QUOTED.sub(" ", heard.text)
    if _DAY.fullmatch(plain.strip()) and not heard.asked:
        return {}
    told = {**_linkage(plain), **_tags(heard.text), **_days(plain)}
    methods = [each.value for each, words in _METHODS.items() if words.search(plain)]
    if methods:
        told["methods"] = SEPARATOR.join(methods)
        told.pop("klaviyo_id_linkage", None)
    if _BLOCKED.search(plain):
        told["follow_status"] = FollowStatus.LEFT.value
    if heard.asked and not told and _EVERYONE.search(plain):
        told["follow_status"] = FollowStatus.FOLLOWING.value
    return told


def day(heard: Heard) -> Mapping[str, str]:
    """The day that was asked for, for the condition that it belongs to."""
    field, found = heard.slots.get("vague_day"), _one_day(heard.text)
    return {field: found} if field and found else {}


def _linkage(plain: str) -> dict[str, str]:
    unlinked = _UNLINKED.search(plain) is not None
    linked = _LINKED.search(_UNLINKED.sub(" ", plain)) is not None
    if unlinked == linked:
        return {}
    value = Linkage.UNLINKED if unlinked else Linkage.LINKED
    return {"klaviyo_id_linkage": value.value}


def _tags(text: str) -> dict[str, str]:
    """A tag by its name: before or after the word, never the segment's quoted name."""
    if not _TAG.search(text):
        return {}
    bare = QUOTED.sub(" ", text)
    names = _captured(_TAG_IN_QUOTES, text) or _captured(_TAG_BEFORE, bare)
    if not names:
        return {}
    field = "without_tags" if _WITHOUT_TAG.search(text) else "tags"
    return {field: SEPARATOR.join(dict.fromkeys(names))}


def _captured(pattern: re.Pattern[str], text: str) -> list[str]:
    return [each for match in pattern.findall(text) for each in match if each]


def _days(plain: str) -> dict[str, str]:
    subject = "followed" if _JOINED.search(plain) else "linked"
    found = _one_day(plain)
    if found:
        until = _UNTIL.search(plain) and not _SINCE.search(plain)
        return {f"{subject}_{'before' if until else 'since'}": found}
    return {"vague_day": f"{subject}_since"} if _VAGUE_DAY.search(plain) else {}


def _one_day(text: str) -> str | None:
    days = set()
    for year, month, number in _DAY.findall(text):
        try:
            days.add(date(int(year), int(month), int(number)))
        except ValueError:
            return None
    return days.pop().isoformat() if len(days) == 1 else None


def segment_name(heard: Heard) -> Mapping[str, str]:
    """The name in quotes or after "called", or the whole short answer."""
    tag = _captured(_TAG_IN_QUOTES, heard.text)
    return {} if tag and quoted(heard.text) == tag else new_name(heard)
