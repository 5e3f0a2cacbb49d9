"""The answer to what the merchant wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner import (
    answering,
    asking,
    proposing,
    setup_goal,
    small_talk,
)
from marketing_agent.agent.planner.frames import Note, with_frame
from marketing_agent.agent.planner.glossary import in_english
from marketing_agent.agent.planner.language import JAPANESE
from marketing_agent.agent.planner.marks import is_question, quoted
from marketing_agent.agent.planner.moments import Moment
from marketing_agent.agent.planner.plan import SETUP
from marketing_agent.agent.planner.slots import friends, qr_codes
from marketing_agent.agent.planner.slots.answers import yes_or_no
from marketing_agent.agent.planner.slots.imports import wants_a_preview
from marketing_agent.agent.planner.tasks import TASKS
from marketing_agent.agent.planner.turn import Call, Reply
from marketing_agent.core.masked_text import CREDENTIAL
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from marketing_agent.agent.planner.turn import Turn

_EXPLAIN: Final = "explain"
_CHOICES: Final = 3
_LONGEST_QUESTION: Final = 500
_LONGEST_NAME: Final = 200
_ONE_FRIEND: Final = frozenset({"query_linkage_status"})
"""Asked from the beginning: of several friends none is taken."""


def answer(turn: Turn) -> Reply:
    """The next step. Nothing is done on an unclear sentence but asking."""
    if CREDENTIAL in turn.said:
        return small_talk.said(turn, Moment.CREDENTIALS)
    if doubted := _settled(turn):
        return doubted
    if accepted := _accepted(turn):
        return accepted
    if followed := _followed(turn):
        return followed
    if turn.verdict.is_clear and not _says_the_same(turn):
        return meant(turn, turn.verdict.best, turn.said)
    if turn.state.frame is not None and turn.state.frame.asks is not None:
        return _asked_again(turn)
    if yes_or_no(turn.said) is not None:
        return small_talk.what_next(turn)
    if not turn.verdict.is_known:
        return small_talk.rephrase(turn)
    return _did_you_mean(turn)


def meant(turn: Turn, intent: str, sentence: str) -> Reply:
    """What a clear sentence leads to."""
    if intent == SETUP:
        return setup_goal.begun(turn)
    if intent in turn.writes:
        return _write(turn, intent, sentence)
    if intent in set(Moment):
        return small_talk.said(turn, Moment(intent))
    return _read(turn, intent, sentence)


def _says_the_same(turn: Turn) -> bool:
    """Whether it only sounds like what is being asked about, and adds nothing."""
    frame = turn.state.frame
    if frame is None or frame.asks is None or turn.rule == "quick reply":
        return False
    task = TASKS.get(frame.about)
    if task is None or not turn.means(task.tool):
        return False
    return not proposing.heard(turn, task, turn.said)


def _settled(turn: Turn) -> Reply | None:
    """After "did you mean": the sentence of then, with the meaning chosen now."""
    doubt = turn.state.note.doubt
    if doubt is None:
        return None
    if folded(turn.said) == folded(turn.say("quick.none")):
        return small_talk.rephrase(turn)
    chosen = turn.rule == "quick reply"
    return meant(turn, turn.verdict.best, doubt) if chosen else None


def _accepted(turn: Turn) -> Reply | None:
    """What the last answer offered, if this says yes to it."""
    offer = turn.state.note.offer
    if offer is None or offer.about not in TASKS:
        return None
    said = folded(turn.said)
    by_name = said == folded(turn.say("quick.remedy", title=turn.title(offer.about)))
    if not by_name and yes_or_no(turn.said) != "yes":
        return None
    frames = with_frame(turn.frames, offer)
    return proposing.went_on(turn, TASKS[offer.about], frames)


def _followed(turn: Turn) -> Reply | None:
    """The next step if the sentence belongs to the question that is open."""
    frame = turn.state.frame
    if frame is None or turn.rule == "quick reply":
        return None
    if frame.about == SETUP:
        return setup_goal.answered(turn, frame)
    if frame.about not in TASKS:
        return None
    if reply := answering.answered(turn, frame):
        return reply
    if yes_or_no(turn.said) == "no" and not turn.verdict.is_clear:
        return small_talk.said(turn, Moment.CANCEL)
    return None


def _asked_again(turn: Turn) -> Reply:
    """The open question once more, with the reason; or help with it."""
    frame = turn.frames[-1]
    if _is_question(turn.said) and _EXPLAIN in turn.offered:
        return _read(turn, _EXPLAIN, turn.said)
    question = asking.pending(turn, frame)
    reply = Reply(
        text=asking.reason(turn, frame),
        note=asking.kept(turn),
        intent=frame.about,
        margin=turn.verdict.margin,
        rule="not an answer",
    )
    if question is None:
        return reply
    quick = (*question.quick[:_CHOICES], turn.say("quick.cancel"))
    return replace(reply, text=f"{reply.text}\n{question.text}", quick=quick)


def _did_you_mean(turn: Turn) -> Reply:
    ranked = turn.verdict.ranked
    known = [each for each in ranked if turn.wording.has(f"titles.{each}")][:_CHOICES]
    if _is_question(turn.said) and _EXPLAIN in turn.offered and _EXPLAIN not in known:
        known = [*known[:-1], _EXPLAIN]
    titles = tuple(map(turn.title, known))
    listed = "\n".join(f"- {title}" for title in titles)
    return Reply(
        text=turn.say("flow.did_you_mean", choices=listed),
        quick=(*titles, turn.say("quick.none")),
        note=Note(frames=turn.frames, doubt=turn.said[:_LONGEST_QUESTION]),
        intent=turn.verdict.best,
        margin=turn.verdict.margin,
        rule="unsure",
    )


def _question(turn: Turn, sentence: str) -> str:
    """The merchant's question; the help text is English, and so are its terms."""
    plain = sentence.replace("\0", " ").strip()[:_LONGEST_QUESTION]
    return in_english(plain) if turn.state.language == JAPANESE else plain


def _write(turn: Turn, tool: str, sentence: str) -> Reply:
    if tool not in TASKS:
        return proposing.refused(turn, tool, turn.frames)
    return proposing.begun(turn, tool, sentence)


def _read(turn: Turn, tool: str, sentence: str) -> Reply:
    if tool not in turn.offered:
        return proposing.refused(turn, tool, turn.frames)
    arguments = _arguments(turn, tool, sentence)
    if arguments is None:
        return proposing.begun(turn, tool, "" if tool in _ONE_FRIEND else sentence)
    return Reply(
        calls=(Call(tool=tool, arguments=arguments),),
        note=Note(frames=tuple(f for f in turn.frames if f.about != tool)),
        intent=tool,
        margin=turn.verdict.margin,
        rule=turn.rule,
    )


def _arguments(turn: Turn, tool: str, sentence: str) -> dict[str, Any] | None:
    """What to look at; None if the sentence means one of several and not which."""
    heard = turn.heard(sentence)
    match tool:
        case "query_linkage_status":
            found = dict(friends.line_user_id(heard))
            vague = friends.means_one_friend(sentence)
            several = len(friends.line_user_ids(sentence)) > 1
            return None if several or (vague and not found) else found
        case "show_qr_links":
            return dict(qr_codes.qr_code(heard))
        case "list_forms" | "list_segments":
            marked = quoted(sentence)
            return {"name": marked[0][:_LONGEST_NAME]} if len(marked) == 1 else {}
        case "show_import":
            return None if wants_a_preview(sentence) else {}
        case "show_segments":
            return None if quoted(sentence) else {}
        case "list_profile_properties" | "diagnose_linkage":
            return None
        case "explain":
            return {"question": _question(turn, sentence)}
        case _:
            return {}


def _is_question(said: str) -> bool:
    return is_question(said) or said.strip(" 。").endswith(("か", "とは"))
