"""What Form ID linkage needs to be told besides its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import QUOTED, URL, is_question, quoted
from marketing_agent.agent.planner.slots import stated
from marketing_agent.agent.planner.slots.words import Concept
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

_LABEL: Final = Concept("label_word")
_DOUBLE_OPT_IN: Final = Concept("double_opt_in")
_SUBMITTED: Final = Concept("submitted")
_FLOW: Final = Concept("flow")
_AT_ONCE: Final = Concept("at_once")
_NEGATED: Final = Concept("negated")
_RENEWED: Final = Concept("renewed")


def cta_label(heard: Heard) -> Mapping[str, str]:
    """The text of the link button: in quotes after a word for it, or asked for."""
    marked = quoted(heard.text)
    if heard.asked:
        bare = not marked and "\n" not in heard.text and not is_question(heard.text)
        return _label(marked[0] if marked else heard.text if bare else "")
    if found := stated.label(heard.text):
        return _label(found)
    others = {stated.form(heard.text), stated.segment(heard.text)}
    left = [each for each in marked if each not in others]
    return _label(left[-1]) if left and _LABEL.is_in(heard.text) else {}


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
    plain = QUOTED.sub(' "" ', heard.text)
    if _AT_ONCE.is_in(plain):
        return {"timing": FormTiming.IMMEDIATE.value}
    if trigger := _trigger(plain):
        by_flow = heard.asked or trigger is FormTrigger.SUBSCRIBED_TO_LIST
        if by_flow or _FLOW.is_in(plain):
            return {"timing": FormTiming.FLOW.value, "trigger": trigger.value}
    if _FLOW.is_in(plain) and not _RENEWED.is_in(plain):
        return {} if _NEGATED.is_in(plain) else {"timing": FormTiming.FLOW.value}
    return {}


def trigger(heard: Heard) -> Mapping[str, str]:
    """What starts the Klaviyo flow."""
    found = _trigger(heard.text)
    return {"trigger": found.value} if found else {}


def renewed(heard: Heard) -> Mapping[str, str]:
    """Whether the flow's webhook is to have a new secret header."""
    return {"renew_header": "yes"} if _RENEWED.is_in(heard.text) else {}


def changed(heard: Heard) -> Mapping[str, str]:
    """What is to be different about a setting that exists."""
    told = {**landing_page(heard), **timing(heard), **renewed(heard)}
    if heard.asked and not told:
        return cta_label(heard) if _LABEL.is_in(heard.text) else _only_quoted(heard)
    return {**cta_label(heard), **told} if not heard.asked else told


def _only_quoted(heard: Heard) -> Mapping[str, str]:
    return cta_label(heard) if quoted(heard.text) else {}


def _trigger(text: str) -> FormTrigger | None:
    opted, submitted = _DOUBLE_OPT_IN.is_in(text), _SUBMITTED.is_in(text)
    if opted and not submitted and not _NEGATED.is_in(text):
        return FormTrigger.SUBSCRIBED_TO_LIST
    if submitted and not opted:
        return FormTrigger.SUBMITTED_FORM
    return None


def _label(found: str) -> Mapping[str, str]:
    label = found.strip().strip("\"'「」『』\u201c\u201d")
    fits = label.isprintable() and 0 < len(label) <= LONGEST_LABEL
    return {"cta_label": label} if fits and any(map(str.isalnum, label)) else {}
