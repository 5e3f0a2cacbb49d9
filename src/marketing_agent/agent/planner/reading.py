"""Looking something up for the merchant: which read, and about what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner import proposing, setup_facts
from marketing_agent.agent.planner.frames import Note
from marketing_agent.agent.planner.marks import is_question, quoted
from marketing_agent.agent.planner.slots import friends, qr_codes, stated
from marketing_agent.agent.planner.slots.channels import channels
from marketing_agent.agent.planner.slots.imports import wants_a_preview
from marketing_agent.agent.planner.turn import Call, Reply

if TYPE_CHECKING:
    from marketing_agent.agent.planner.turn import Turn

EXPLAIN: Final = "explain"
_LONGEST_QUESTION: Final = 500
_LONGEST_NAME: Final = 200


def is_a_question(said: str) -> bool:
    """Whether it asks something, with or without a question mark."""
    return is_question(said) or said.strip(" 。").endswith(("か", "とは"))


def read(turn: Turn, tool: str, sentence: str) -> Reply:
    """The call of a read, or the question that it needs first."""
    if tool not in turn.offered:
        return proposing.refused(turn, tool, turn.frames)
    arguments = _arguments(turn, tool, sentence)
    if arguments is None:
        return proposing.begun(turn, tool, sentence)
    return Reply(
        calls=(Call(tool=tool, arguments=arguments),),
        note=Note(frames=tuple(f for f in turn.frames if f.about != tool)),
        intent=tool,
        margin=turn.verdict.margin,
        rule=turn.rule,
    )


def _by_name(tool: str, sentence: str) -> dict[str, Any]:
    """Those of the name in quotes; or, where one asks for it, of the name said."""
    marked = quoted(sentence)
    said = stated.segment if tool == "list_segments" else stated.form
    name = marked[0] if len(marked) == 1 else None if marked else said(sentence)
    field = "form_name" if tool == "show_form_linkage" else "name"
    return {field: name[:_LONGEST_NAME]} if name else {}


def _arguments(turn: Turn, tool: str, sentence: str) -> dict[str, Any] | None:
    """What to look at; None if the sentence means one of several and not which."""
    heard = turn.heard(sentence)
    match tool:
        case "query_linkage_status":
            found = dict(friends.line_user_id(heard))
            several = len(friends.line_user_ids(sentence)) > 1
            vague = friends.means_one_friend(sentence) or friends.described(sentence)
            return None if several or (vague and not found) else found
        case "show_qr_links":
            told = qr_codes.described(heard)
            return None if "qr_name" in told else dict(told)
        case "list_forms" | "list_segments" | "show_form_linkage":
            return _by_name(tool, sentence)
        case "show_import":
            return None if wants_a_preview(sentence) else {}
        case "show_segments":
            return None if quoted(sentence) else {}
        case "list_profile_properties" | "diagnose_linkage":
            return None
        case "recommend_methods":
            return setup_facts.operations(channels(sentence))
        case "explain":
            plain = sentence.replace("\0", " ").strip()[:_LONGEST_QUESTION]
            return {"question": plain, "language": turn.state.language}
        case _:
            return {}
