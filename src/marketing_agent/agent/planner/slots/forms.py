"""What Form ID linkage needs to be told besides its form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import URL, is_question, quoted
from marketing_agent.core.errors import BadInput
from marketing_agent.core.form_linkage import (
    LONGEST_LABEL,
    FormTiming,
    FormTrigger,
    origin_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_LABEL: Final = re.compile(
    r"\b(?:label|wording|caption|button\s+text|(?:button|link)\s+(?:says?|reads?|text))"
    r"\b|ラベル|文言|文字|CTA",
    re.IGNORECASE,
)
_LABEL_TO: Final = re.compile(
    r"\b(?:label|wording|caption|text)\s*(?:to|is|as|:|should\s+(?:be|say|read))\s+"
    r"([^\"\u201c'\n]+?)\s*[.!]?$",
    re.IGNORECASE,
)
_DOUBLE_OPT_IN: Final = re.compile(
    r"double\s*opt|opt-?in|subscribed\s+to\s+(?:a\s+)?list|confirmed\s+subscription"
    r"|ダブルオプトイン|オプトイン|リスト(?:に|への)?登録",
    re.IGNORECASE,
)
_SUBMITTED: Final = re.compile(
    r"submitted\s+form|form\s+(?:is\s+)?submitted|フォーム(?:が|の)?送信", re.IGNORECASE
)
_FLOW: Final = re.compile(r"\bflows?\b|\bwebhook\b|フロー|Webhook", re.IGNORECASE)
_AT_ONCE: Final = re.compile(
    r"\bimmediate(?:ly)?\b|\bright\s+away\b|\bat\s+once\b|\bwithout\s+(?:a\s+)?flow\b"
    r"|\bno\s+flow\b|すぐ|即時|ただちに|フロー(?:なし|を使わ|は使わ)",
    re.IGNORECASE,
)
_NEGATED: Final = re.compile(r"\b(?:not|no|never)\b|n't\b|ない|なし", re.IGNORECASE)
_RENEWED: Final = re.compile(
    r"\b(?:new|renew|fresh|another|rotate)\b.*\b(?:secret|header)\b"
    r"|\b(?:secret|header)\b.*\b(?:renew|anew|rotate)"
    r"|(?:シークレット|ヘッダー).*(?:再発行|更新|新し)",
    re.IGNORECASE,
)


def cta_label(heard: Heard) -> Mapping[str, str]:
    """The text of the link button: in quotes after a word for it, or asked for."""
    marked = quoted(heard.text)
    if heard.asked:
        bare = not marked and "\n" not in heard.text and not is_question(heard.text)
        return _label(marked[0] if marked else heard.text if bare else "")
    if not _LABEL.search(heard.text):
        return {}
    if marked:
        return _label(marked[-1])
    found = _LABEL_TO.search(heard.text)
    return _label(found[1]) if found else {}


def landing_page(heard: Heard) -> Mapping[str, str]:
    """The one address in the sentence, if it can be a landing page's."""
    found = {each.rstrip(".,;)。、") for each in URL.findall(heard.text)}
    if len(found) != 1:
        return {}
    page = found.pop()
    try:
        origin_of(page)
    except BadInput:
        return {}
    return {"landing_page": page}


def timing(heard: Heard) -> Mapping[str, str]:
    """Whether a flow decides when, and on what trigger; nothing if it is not said."""
    if _AT_ONCE.search(heard.text):
        return {"timing": FormTiming.IMMEDIATE.value}
    if trigger := _trigger(heard.text):
        by_flow = heard.asked or trigger is FormTrigger.SUBSCRIBED_TO_LIST
        if by_flow or _FLOW.search(heard.text):
            return {"timing": FormTiming.FLOW.value, "trigger": trigger.value}
    if _FLOW.search(heard.text) and not _RENEWED.search(heard.text):
        return {} if _NEGATED.search(heard.text) else {"timing": FormTiming.FLOW.value}
    return {}


def trigger(heard: Heard) -> Mapping[str, str]:
    """What starts the Klaviyo flow."""
    found = _trigger(heard.text)
    return {"trigger": found.value} if found else {}


def renewed(heard: Heard) -> Mapping[str, str]:
    """Whether the flow's webhook is to have a new secret header."""
    return {"renew_header": "yes"} if _RENEWED.search(heard.text) else {}


def changed(heard: Heard) -> Mapping[str, str]:
    """What is to be different about a setting that exists."""
    told = {**landing_page(heard), **timing(heard), **renewed(heard)}
    if heard.asked and not told:
        return cta_label(heard) if _LABEL.search(heard.text) else _only_quoted(heard)
    return {**cta_label(heard), **told} if not heard.asked else told


def _only_quoted(heard: Heard) -> Mapping[str, str]:
    return cta_label(heard) if quoted(heard.text) else {}


def _trigger(text: str) -> FormTrigger | None:
    opted, submitted = _DOUBLE_OPT_IN.search(text), _SUBMITTED.search(text)
    if opted and not submitted and not _NEGATED.search(text):
        return FormTrigger.SUBSCRIBED_TO_LIST
    if submitted and not opted:
        return FormTrigger.SUBMITTED_FORM
    return None


def _label(found: str) -> Mapping[str, str]:
    label = found.strip().strip("\"'「」『』\u201c\u201d")
    fits = label.isprintable() and 0 < len(label) <= LONGEST_LABEL
    return {"cta_label": label} if fits and any(map(str.isalnum, label)) else {}
