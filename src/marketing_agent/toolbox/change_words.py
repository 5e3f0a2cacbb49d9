"""What a change did, in words: one sentence without its full stop.

Names that a merchant gave are shown without anybody's email or phone number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.masked_text import masked_text

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


def _named(facts: Mapping[str, Any]) -> str:
    return f'"{masked_text(facts["name"])}"'


def _ends(facts: Mapping[str, Any], between: str) -> str:
    return f"friend {facts['line_user_id']} {between} profile {facts['profile_id']}"


WORDS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "create_qr_link": lambda facts: f"Created {_qr_link(facts)}",
    "update_qr_link": _updated,
    "delete_qr_link": lambda facts: f"Deleted {_qr_link(facts)}",
    "restore_qr_link": lambda facts: f"Restored {_qr_link(facts)}",
    "link_friend": lambda facts: f"Linked {_ends(facts, 'to')}",
    "unlink_friend": lambda facts: f"Unlinked {_ends(facts, 'from')}",
    "undo_change": undone_in_words,
}
"""By tool or inverse; from the arguments and the result of the write."""
