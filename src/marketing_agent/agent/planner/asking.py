"""The question that is open, with the quick replies that answer it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.frames import CHANGE, PROPOSED, Frame, Note
from marketing_agent.agent.planner.plan import PLAN, SETUP
from marketing_agent.agent.planner.slots import friends, qr_codes
from marketing_agent.agent.planner.tasks import TASKS
from marketing_agent.agent.planner.telling import changes
from marketing_agent.agent.planner.texts import capped
from marketing_agent.core.qr_links import DEFAULT_VARIABLES
from marketing_agent.core.signals import SignalKind

if TYPE_CHECKING:
    from marketing_agent.agent.planner.turn import Reply, Turn

_SHORT: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to ask, and what could be answered."""

    text: str
    quick: tuple[str, ...] = ()


def with_pending(turn: Turn, reply: Reply) -> Reply:
    """The reply, and then the question that was open before it."""
    frames = reply.note.frames
    question = pending(turn, frames[-1]) if frames else None
    if question is None:
        return reply
    again = turn.say("flow.back_to", title=turn.title(frames[-1].about))
    text = "\n\n".join(filter(None, (reply.text, f"{again}\n{question.text}")))
    return replace(reply, text=text, quick=question.quick)


def kept(turn: Turn, doubt: str | None = None) -> Note:
    """A note that leaves everything open as it is."""
    return Note(frames=turn.frames, doubt=doubt)


def pending(turn: Turn, frame: Frame) -> Question | None:
    """The question of a frame, if it waits for the merchant."""
    if frame.asks is None:
        return None
    if frame.about == SETUP:
        return of_setup(turn, frame.asks)
    if frame.asks in {CHANGE, PROPOSED}:
        return of_change(turn, frame)
    return question(turn, frame.about, frame.asks, frame.sentence)


def question(turn: Turn, tool: str, slot: str, sentence: str = "") -> Question:
    """The question for one slot of a task."""
    match slot:
        case "slug":
            return _which_qr_code(turn, sentence)
        case "change_id":
            return _which_change(turn)
        case "line_user_id":
            found = friends.line_user_ids(turn.said)
            quick = tuple(found) if len(found) > 1 else ()
            return Question(text=turn.say("ask.line_user_id"), quick=quick)
        case "meant":
            quick = turn.quick(f"meant_{tool}", "cancel")
            return Question(text=turn.say(f"ask.meant_{tool}"), quick=quick)
        case "signals":
            quick = turn.quick("email", "phone", "both")
            return Question(text=turn.say("ask.signals"), quick=quick)
        case _:
            quick = turn.quick(slot) if turn.wording.has(f"quick.{slot}") else ()
            return Question(text=turn.say(f"ask.{slot}"), quick=quick)


def choices(turn: Turn, slot: str) -> int | None:
    """How many things there are to choose from; None if that is not known."""
    match slot:
        case "slug":
            saved = qr_codes.known(turn.state.results)
            return None if saved is None else len(saved)
        case "change_id":
            came = turn.state.results.get(changes.SHOWN_BY)
            return None if came is None else len(changes.undoable(came))
        case _:
            return None


def reason(turn: Turn, frame: Frame) -> str:
    """Why what was answered does not fit."""
    asks = frame.asks or ""
    key = f"unfit.{asks}" if turn.wording.has(f"unfit.{asks}") else "unfit.other"
    return turn.say(
        key,
        email_variable=DEFAULT_VARIABLES[SignalKind.EMAIL],
        phone_variable=DEFAULT_VARIABLES[SignalKind.PHONE],
    )


def of_setup(turn: Turn, step: str) -> Question:
    """The question of a step of the setup plan, or what it waits for."""
    if turn.wording.has(f"setup.ask_{step}"):
        quick = turn.quick("yes", "no", "unsure")
        return Question(text=turn.say(f"setup.ask_{step}"), quick=quick)
    if step == PLAN[0].name:
        quick = turn.quick("again", "go_on")
        return Question(text=turn.say("setup.waiting"), quick=quick)
    return Question(text=turn.say("setup.stopped"), quick=turn.quick("again"))


def of_change(turn: Turn, frame: Frame) -> Question:
    """What could be different after a card that was not carried out."""
    task = TASKS.get(frame.about)
    changeable = task.changeable if task else ()
    names = [f"change_{slot}" for slot in changeable]
    names = [name for name in names if turn.wording.has(f"quick.{name}")]
    return Question(
        text=turn.say("ask.change"), quick=turn.quick(*names, "retry", "cancel")
    )


def _which_qr_code(turn: Turn, sentence: str) -> Question:
    saved = qr_codes.known(turn.state.results)
    if saved is None:
        return Question(text=turn.say("ask.slug"))
    named = qr_codes.candidates(turn.said or sentence, saved)
    choices = [f"{_short(each.name)} ({each.slug})" for each in (named or saved)]
    listed = "\n".join(f"- {choice}" for choice in choices)
    return Question(text=turn.say("ask.slug_of", choices=listed), quick=tuple(choices))


def _which_change(turn: Turn) -> Question:
    came = turn.state.results.get(changes.SHOWN_BY)
    if came is None:
        return Question(text=turn.say("ask.change_id"))
    lines = changes.undoable(came)
    quick = tuple(turn.say("quick.change_number", number=each.id) for each in lines)
    listed = "\n".join(changes.line(turn, each) for each in lines)
    return Question(text=turn.say("ask.change_id_of", choices=listed), quick=quick)


def _short(name: str) -> str:
    line = capped(name)
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"
