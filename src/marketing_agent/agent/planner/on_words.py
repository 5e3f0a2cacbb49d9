"""The answer to what the merchant wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner import (
    answering,
    asking,
    checking,
    consenting,
    correcting,
    proposing,
    reading,
    requests,
    setup_turns,
    small_talk,
)
from marketing_agent.agent.planner.frames import Note, with_frame
from marketing_agent.agent.planner.moments import Moment
from marketing_agent.agent.planner.plan import SETUP
from marketing_agent.agent.planner.reading import EXPLAIN, is_a_question
from marketing_agent.agent.planner.second_thoughts import only_asks
from marketing_agent.agent.planner.slots.answers import brief_yes_or_no, yes_or_no
from marketing_agent.agent.planner.slots.words import Concept
from marketing_agent.agent.planner.tasks import TASKS
from marketing_agent.agent.planner.turn import Reply
from marketing_agent.agent.planner.unanswered import ONLY_NAMED
from marketing_agent.core.masked_text import CREDENTIAL
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from marketing_agent.agent.planner.frames import Frame
    from marketing_agent.agent.planner.turn import Turn

_CHOICES: Final = 3
_LONGEST_QUESTION: Final = 500
_POINTS_BACK: Final = Concept("points_back")
_FEW_WORDS: Final = 8
_FEW_CHARACTERS: Final = 24


def answer(turn: Turn) -> Reply:
    """The next step. Nothing is done on an unclear sentence but asking."""
    if began := _beforehand(turn):
        return began
    if followed := _followed(turn) or _about_the_question(turn):
        return followed
    if turn.verdict.is_clear and not _adds_nothing(turn):
        return meant(turn, turn.verdict.best, turn.said)
    if turn.state.frame is not None and turn.state.frame.asks is not None:
        return _asked_again(turn)
    if brief_yes_or_no(turn.said) is not None:
        return small_talk.what_next(turn)
    if not turn.verdict.is_known:
        return small_talk.rephrase(turn)
    return _did_you_mean(turn)


def _beforehand(turn: Turn) -> Reply | None:
    """What counts whatever question is open."""
    if CREDENTIAL in turn.said:
        return small_talk.said(turn, Moment.CREDENTIALS)
    if doubted := _settled(turn):
        return doubted
    if accepted := _accepted(turn):
        return accepted
    if turn.requests and not _has_question(turn):
        return _several(turn)
    return checking.wanted(turn) or setup_turns.about_the_plan(turn)


def meant(turn: Turn, intent: str, sentence: str) -> Reply:
    """What a clear sentence leads to."""
    if intent == SETUP:
        return setup_turns.begun(turn, sentence)
    if intent in turn.writes:
        return _write(turn, intent, sentence)
    if intent in set(Moment):
        return small_talk.said(turn, Moment(intent))
    return reading.read(turn, intent, sentence)


def _has_question(turn: Turn) -> bool:
    return any(frame.asks is not None for frame in turn.frames)


def _several(turn: Turn) -> Reply:
    """The first of several requests; the others are noted and come after it."""
    first, *others = turn.requests
    reply = meant(requests.as_said(turn, None, first), first.intent, first.sentence)
    note = replace(reply.note, rest=tuple(others))
    return replace(reply, note=note).after(requests.listed(turn, turn.requests))


def _adds_nothing(turn: Turn) -> bool:
    """Whether it only says yes or no to a question that wants more, or repeats it."""
    frame = turn.state.frame
    if frame is None or frame.asks is None or turn.rule == "quick reply":
        return False
    if turn.means(Moment.APPROVE, Moment.REJECT):
        return True
    task = TASKS.get(frame.about)
    if task is None or not turn.means(task.tool):
        return False
    return not proposing.heard(turn, task, turn.said).keys() - ONLY_NAMED


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
    if not by_name and not consenting.says_yes(turn):
        return None
    frames = with_frame(turn.frames, offer)
    return proposing.went_on(turn, TASKS[offer.about], frames)


def _followed(turn: Turn) -> Reply | None:
    """The next step if the sentence belongs to the question that is open."""
    frame = turn.state.frame
    if frame is None:
        return None
    if turn.rule == "quick reply" and not _is_offered(turn, frame):
        return None
    if frame.about == SETUP:
        return setup_turns.answered(turn, frame)
    if frame.about not in TASKS:
        return None
    if reply := consenting.at_a_card(turn, frame) or correcting.corrected(turn, frame):
        return reply
    if reply := answering.answered(turn, frame):
        return reply
    if yes_or_no(turn.said) == "no" and not turn.verdict.is_clear:
        return consenting.put_away(turn, frame)
    return None


def _is_offered(turn: Turn, frame: Frame) -> bool:
    """Whether the open question offers exactly this; a help page may be called so."""
    question = asking.pending(turn, frame)
    offered = question.quick if question else ()
    return folded(turn.said) in map(folded, offered)


def _about_the_question(turn: Turn) -> Reply | None:
    """Help with the open question for "where do I find that?"."""
    frame = turn.state.frame
    question = asking.pending(turn, frame) if frame else None
    if frame is None or question is None or turn.rule == "quick reply":
        return None
    few = _FEW_WORDS if turn.said.isascii() else 1
    is_short = len(turn.said.split()) <= few or len(turn.said) <= _FEW_CHARACTERS
    asks = is_a_question(turn.said) or only_asks(turn.said)
    if not (asks and is_short and _POINTS_BACK.is_in(turn.said)):
        return None
    if EXPLAIN not in turn.offered:
        return None
    about = question.text.partition("\n")[0]
    return reading.read(turn, EXPLAIN, f"{about} {turn.said}")


def _asked_again(turn: Turn) -> Reply:
    """The open question once more, with the reason; or help with it."""
    frame = turn.frames[-1]
    if is_a_question(turn.said) and EXPLAIN in turn.offered:
        return reading.read(turn, EXPLAIN, turn.said)
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
    if is_a_question(turn.said) and EXPLAIN in turn.offered and EXPLAIN not in known:
        known = [*known[:-1], EXPLAIN]
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


def _write(turn: Turn, tool: str, sentence: str) -> Reply:
    if tool not in TASKS:
        return proposing.refused(turn, tool, turn.frames)
    return proposing.begun(turn, tool, sentence)
