"""Which friends a segment of the merchant's is to hold."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import QUOTED, quoted
from marketing_agent.agent.planner.slots.names import changed_name, new_name
from marketing_agent.agent.planner.slots.words import Announced, Concept
from marketing_agent.core.facts import Method
from marketing_agent.core.segments import FollowStatus, Linkage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_LONGEST_NAME: Final = 60
SEPARATOR: Final = "\n"
"""Between several values of one field: no tag has a line break in its name."""

_UNLINKED: Final = Concept("unlinked")
_LINKED: Final = Concept("linked")
_BLOCKED: Final = Concept("blocked")
_METHODS: Final = {
    Method.QR_LINK: Concept("method_qr"),
    Method.FORM_LINKAGE: Concept("method_form"),
    Method.IMPORT: Concept("method_import"),
    Method.AUTO_LINK: Concept("method_auto"),
}
_TAG: Final = Concept("tag")
_WITHOUT_TAG: Final = Concept("without_tag")
_TAG_BARE: Final = Announced("tag_bare")
_TAG_IN_QUOTES: Final = Announced("tag_quoted")
_SINCE: Final = Concept("since")
_UNTIL: Final = Concept("until")
_DAY: Final = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?")
_VAGUE_DAY: Final = Concept("vague_day")
_JOINED: Final = Concept("joined")
_EVERYONE: Final = Concept("everyone")
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
    methods = [each.value for each, words in _METHODS.items() if words.is_in(plain)]
    if methods:
        told["methods"] = SEPARATOR.join(methods)
        told.pop("klaviyo_id_linkage", None)
    if _BLOCKED.is_in(plain):
        told["follow_status"] = FollowStatus.LEFT.value
    if heard.asked and not told and _EVERYONE.is_in(plain):
        told["follow_status"] = FollowStatus.FOLLOWING.value
    return told


def day(heard: Heard) -> Mapping[str, str]:
    """The day that was asked for, for the condition that it belongs to."""
    field, found = heard.slots.get("vague_day"), _one_day(heard.text)
    return {field: found} if field and found else {}


def _linkage(plain: str) -> dict[str, str]:
    unlinked = _UNLINKED.is_in(plain)
    linked = _LINKED.is_in(_UNLINKED.put_for(plain, " "))
    if unlinked == linked:
        return {}
    value = Linkage.UNLINKED if unlinked else Linkage.LINKED
    return {"klaviyo_id_linkage": value.value}


def _tags(text: str) -> dict[str, str]:
    """A tag by its name: before or after the word, never the segment's quoted name."""
    if not _TAG.is_in(text):
        return {}
    bare = QUOTED.sub(" ", text)
    names = [*_TAG_IN_QUOTES.parts_in(text)] or [*_TAG_BARE.parts_in(bare)]
    if not names:
        return {}
    field = "without_tags" if _WITHOUT_TAG.is_in(text) else "tags"
    return {field: SEPARATOR.join(dict.fromkeys(names))}


def _days(plain: str) -> dict[str, str]:
    subject = "followed" if _JOINED.is_in(plain) else "linked"
    found = _one_day(plain)
    if found:
        until = _UNTIL.is_in(plain) and not _SINCE.is_in(plain)
        return {f"{subject}_{'before' if until else 'since'}": found}
    return {"vague_day": f"{subject}_since"} if _VAGUE_DAY.is_in(plain) else {}


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
    tag = [*_TAG_IN_QUOTES.parts_in(heard.text)]
    return {} if tag and quoted(heard.text) == tag else _fitting(new_name(heard))


def another_name(heard: Heard) -> Mapping[str, str]:
    """The name to use instead of one that was given before."""
    return _fitting(changed_name(heard)) or segment_name(heard)


def _fitting(told: Mapping[str, str]) -> Mapping[str, str]:
    return told if len(told.get("name", "")) <= _LONGEST_NAME else {}
