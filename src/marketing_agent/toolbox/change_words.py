"""What a change did, in words: one sentence without its full stop.

Names that a merchant gave are shown without anybody's email or phone number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.masked_text import masked_text
from marketing_agent.services.klaviyo_forms import shown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from marketing_agent.storage.changes import Change


def in_words(change: Change) -> str:
    """Such as `Created custom QR code "Newsletter"`."""
    return _of(change.tool, {**change.arguments, **change.result})


def undone_in_words(result: Mapping[str, Any]) -> str:
    """The same of an undo, by its result alone."""
    did = result["did"]
    what = _of(did["tool"], did["result"])
    return f"Undid change {result['undone']}: {what[0].lower()}{what[1:]}"


def _of(tool: str, facts: Mapping[str, Any]) -> str:
    words = WORDS.get(tool)
    return tool.replace("_", " ").capitalize() if words is None else words(facts)


def _qr_link(facts: Mapping[str, Any]) -> str:
    return f"custom QR code {_named(facts)}"


def _updated(facts: Mapping[str, Any]) -> str:
    former = facts["former"]
    renamed = "" if former["name"] == facts["name"] else f", before {_named(former)}"
    return f"Changed {_qr_link(facts)}{renamed}"


def _configured(facts: Mapping[str, Any]) -> str:
    did = "Changed" if "former" in facts else "Set up"
    return f"{did} {_form_linkage(facts)}"


def _form_linkage(facts: Mapping[str, Any]) -> str:
    return f'Form ID linkage for "{shown_name(facts["form_name"])}"'


def _import(facts: Mapping[str, Any]) -> str:
    return f'import from the segment "{masked_text(facts["segment_name"])}"'


def _named(facts: Mapping[str, Any]) -> str:
    return f'"{masked_text(facts["name"])}"'


def _on_or_off(facts: Mapping[str, Any]) -> str:
    return "on" if facts["on"] else "off"


def _ends(facts: Mapping[str, Any], between: str) -> str:
    return f"friend {facts['line_user_id']} {between} profile {facts['profile_id']}"


def _segment(facts: Mapping[str, Any]) -> str:
    return f"segment {_named(facts)}"


def _tag(facts: Mapping[str, Any]) -> str:
    return f"tag {_named(facts)}"


def _resolved(facts: Mapping[str, Any]) -> str:
    if facts["decision"] == "keep":
        return f"Left {_ends(facts, 'and')} as they are"
    return _relinked(facts)


def _relinked(facts: Mapping[str, Any]) -> str:
    ended = [f"unlinked {_ends(each, 'from')}" for each in facts["unlinked"]]
    made = [f"linked {_ends(each, 'to')}" for each in facts["linked"]]
    what = ", ".join([*ended, *made])
    return f"{what[0].upper()}{what[1:]}"


WORDS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "create_qr_link": lambda facts: f"Created {_qr_link(facts)}",
    "update_qr_link": _updated,
    "delete_qr_link": lambda facts: f"Deleted {_qr_link(facts)}",
    "restore_qr_link": lambda facts: f"Restored {_qr_link(facts)}",
    "configure_form_linkage": _configured,
    "update_form_linkage": _configured,
    "remove_form_linkage": lambda facts: f"Removed {_form_linkage(facts)}",
    "restore_form_linkage": lambda facts: f"Restored {_form_linkage(facts)}",
    "set_auto_link": lambda facts: f"Turned auto-link {_on_or_off(facts)}",
    "set_integration": lambda facts: (
        "Resumed the integration" if facts["on"] else "Paused the integration"
    ),
    "set_contact": lambda facts: (
        f"Entered the contact of friend {facts['line_user_id']}"
    ),
    "set_contacts": lambda facts: f"Entered the contacts of {facts['changed']} friends",
    "link_friend": lambda facts: f"Linked {_ends(facts, 'to')}",
    "unlink_friend": lambda facts: f"Unlinked {_ends(facts, 'from')}",
    "erase_friend": lambda facts: f"Erased friend {facts['line_user_id']}",
    "create_segment": lambda facts: f"Created {_segment(facts)}",
    "update_segment": lambda facts: f"Changed {_segment(facts)}",
    "delete_segment": lambda facts: f"Deleted {_segment(facts)}",
    "restore_segment": lambda facts: f"Restored {_segment(facts)}",
    "create_tag": lambda facts: f"Created {_tag(facts)}",
    "rename_tag": lambda facts: f"Renamed {_tag(facts)}",
    "delete_tag": lambda facts: f"Deleted {_tag(facts)}",
    "restore_tag": lambda facts: f"Restored {_tag(facts)}",
    "put_on_tag": lambda facts: f"Put {_tag(facts)} on {facts['friends']} friends",
    "take_off_tag": lambda facts: f"Took {_tag(facts)} off {facts['friends']} friends",
    "resolve_conflict": _resolved,
    "keep_review": lambda facts: f"Left {_ends(facts, 'and')} as they are",
    "reopen_review": lambda facts: f"Put {_ends(facts, 'and')} up for review again",
    "relink": _relinked,
    "start_import": lambda facts: f"Started the {_import(facts)}",
    "restore_import": lambda facts: f"Restored the {_import(facts)}",
    "stop_import": lambda facts: f"Stopped the {_import(facts)}",
    "connect_klaviyo": lambda facts: f"Connected Klaviyo account {_named(facts)}",
    "connect_line": lambda facts: f"Connected LINE Official Account {_named(facts)}",
    "invite_person": lambda facts: f"Invited {_named(facts)} as {facts['role']}",
    "withdraw_invitation": lambda facts: f"Withdrew the invitation of {_named(facts)}",
    "undo_change": undone_in_words,
}
"""By tool or inverse; from the arguments and the result of the write."""
