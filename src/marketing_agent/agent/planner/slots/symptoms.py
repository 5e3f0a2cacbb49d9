"""Which symptom a merchant describes, and what about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import quoted, without_values
from marketing_agent.agent.planner.slots import friends, known, qr_codes, stated
from marketing_agent.agent.planner.slots.named import candidates
from marketing_agent.agent.planner.slots.words import Announced, Concept
from marketing_agent.core.diagnosis.symptoms import Symptom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_WORDS: Final = (
    (Concept("url_missing"), Symptom.NO_LINKING_URL),
    (Concept("button_missing"), Symptom.NO_LINK_BUTTON),
    (Concept("link_missing"), Symptom.NO_LINKING_URL),
    (Concept("not_linked"), Symptom.NOT_LINKED),
    (Concept("setup_broken"), Symptom.SETUP),
)
"""The most exact words first."""
_PROFILE: Final = re.compile(r"\b01[0-9A-HJKMNP-TV-Z]{24}\b")
_PROFILE_OF_OLD: Final = Announced("profile_numbered")
"""Klaviyo's older profiles have ids of six letters and digits: only after that word."""


def symptom(heard: Heard) -> Mapping[str, str]:
    """The symptom that is named most exactly, with whom or what it is about."""
    found = next((s for words, s in _WORDS if words.is_in(heard.text)), None)
    return {} if found is None else {"symptom": found.value, **about(heard, found)}


def about(heard: Heard, what: Symptom) -> Mapping[str, str]:
    """The friend, profile, QR code or form, if exactly one is named."""
    profiles = {
        *_PROFILE.findall(heard.text),
        *_PROFILE_OF_OLD.parts_in(without_values(heard.text)),
    }
    told = dict(_friend(heard, what))
    if not told and not heard.asked and friends.means_one_friend(heard.text):
        told["one_friend"] = "yes"
    if len(profiles) == 1:
        told["profile_id"] = profiles.pop()
    if what is Symptom.NO_LINKING_URL:
        told |= qr_codes.described(heard)
    if what is Symptom.NO_LINK_BUTTON:
        told |= _form(heard)
    return told


def _friend(heard: Heard, what: Symptom) -> Mapping[str, str]:
    """Only where it is about somebody not linked can any quoted name be a friend's."""
    told = friends.friend(heard)
    named = told.get("friend_name")
    if what is Symptom.NOT_LINKED or named is None or named not in quoted(heard.text):
        return told
    return {"friend_name": named} if named == friends.described(heard.text) else {}


def _form(heard: Heard) -> Mapping[str, str]:
    named = candidates(heard.text, known.linked_forms(heard.results, heard.slots) or [])
    if len(named) == 1:
        return {"form_id": named[0].id}
    found = None if heard.asked else stated.form(heard.text)
    return {"named_form": found} if found else {}
