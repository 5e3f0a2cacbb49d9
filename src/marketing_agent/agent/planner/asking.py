"""The question that is open, with the quick replies that answer it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.frames import CHANGE, PROPOSED, Frame, Note
from marketing_agent.agent.planner.marks import URL
from marketing_agent.agent.planner.plan import CHECK, PICK, SETUP, remaining
from marketing_agent.agent.planner.slots import friends, known
from marketing_agent.agent.planner.slots.named import candidates
from marketing_agent.agent.planner.tasks import TASKS
from marketing_agent.agent.planner.telling import reviews
from marketing_agent.agent.planner.texts import capped
from marketing_agent.core.qr_links import DEFAULT_VARIABLES
from marketing_agent.core.signals import SignalKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.agent.planner.slots.named import Named
    from marketing_agent.agent.planner.tasks import Slot, Task
    from marketing_agent.agent.planner.turn import Reply, Turn

_SHORT: Final = 40
_MOST_CHOICES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to ask, and what could be answered."""

    text: str
    quick: tuple[str, ...] = ()


def with_pending(turn: Turn, reply: Reply) -> Reply:
    """The reply, and then the question that was open before it."""
    frames = reply.note.frames
    pending_now = pending(turn, frames[-1]) if frames else None
    if pending_now is None:
        return reply
    again = turn.say("flow.back_to", title=turn.title(frames[-1].about))
    text = "\n\n".join(filter(None, (reply.text, f"{again}\n{pending_now.text}")))
    return replace(reply, text=text, quick=pending_now.quick)


def kept(turn: Turn, doubt: str | None = None) -> Note:
    """A note that leaves everything open as it is."""
    return Note(frames=turn.frames, doubt=doubt)


def pending(turn: Turn, frame: Frame) -> Question | None:
    """The question of a frame, if it waits for the merchant."""
    if frame.asks is None:
        return None
    if frame.about == SETUP:
        return of_setup(turn, frame)
    if frame.asks in {CHANGE, PROPOSED}:
        return of_change(turn, frame)
    task = TASKS.get(frame.about)
    slot = task.slot(frame.asks) if task else None
    return question(turn, task, slot, frame) if task and slot else None


def question(turn: Turn, task: Task, slot: Slot, frame: Frame) -> Question:
    """The question for one slot of a task."""
    match slot.name:
        case "line_user_id":
            return _which_friend(turn, task, slot)
        case "meant":
            quick = turn.quick(f"meant_{task.tool}", "cancel")
            return Question(text=turn.say(f"ask.meant_{task.tool}"), quick=quick)
        case "decision":
            text = reviews.decision(turn, frame.slots)
            return Question(text=text, quick=turn.quick("keep", "replace"))
        case "on":
            quick = turn.quick("on", "off")
            return Question(text=turn.say(f"ask.on_{task.tool}"), quick=quick)
        case name if slot.look_up is not None:
            return _which(turn, slot, frame, f"ask.{name}")
        case name:
            key = f"{name}_{task.tool}"
            key = key if turn.wording.has(f"ask.{key}") else name
            quick = turn.quick(*_QUICK.get(name, ()))
            return Question(text=turn.say(f"ask.{key}"), quick=quick)


def _which_friend(turn: Turn, task: Task, slot: Slot) -> Question:
    found = friends.line_user_ids(turn.said)
    ids = tuple(found) if len(found) > 1 else ()
    if slot.dispensable is None:
        return Question(text=turn.say("ask.line_user_id"), quick=ids)
    text = f"{turn.say('ask.line_user_id')} {turn.say(f'ask.or_{task.tool}')}"
    return Question(text=text, quick=(*ids, *turn.quick("without_id")))


_QUICK: Final = {
    "signals": ("email", "phone", "both"),
    "cta_label": ("cta_label",),
    "trigger": ("submitted_form", "subscribed_to_list"),
    "conditions": ("unlinked_friends", "linked_friends"),
    "symptom": (
        "symptom_not_linked",
        "symptom_no_link_button",
        "symptom_no_linking_url",
        "symptom_setup",
    ),
}


def choices(turn: Turn, slot: Slot, frame: Frame) -> Sequence[Named] | None:
    """What there is to choose from; None if that is not known."""
    if slot.look_up is None or slot.look_up.choices is None:
        return None
    return slot.look_up.choices(turn.state.results, frame.slots)


def reason(turn: Turn, frame: Frame) -> str:
    """Why what was answered does not fit."""
    asks = frame.asks or ""
    key = f"unfit.{asks}" if turn.wording.has(f"unfit.{asks}") else "unfit.other"
    return turn.say(
        key,
        email_variable=DEFAULT_VARIABLES[SignalKind.EMAIL],
        phone_variable=DEFAULT_VARIABLES[SignalKind.PHONE],
    )


def of_setup(turn: Turn, frame: Frame) -> Question:
    """The question of a step of the setup plan, or what it waits for."""
    step = frame.asks or ""
    if step == PICK:
        return _pick(turn, remaining(frame.slots))
    if turn.wording.has(f"setup.ask_{step}"):
        quick = turn.quick("yes", "no", "unsure")
        return Question(text=turn.say(f"setup.ask_{step}"), quick=quick)
    if step == CHECK:
        quick = turn.quick("again", "go_on")
        return Question(text=turn.say("setup.waiting"), quick=quick)
    return Question(text=turn.say("setup.stopped"), quick=turn.quick("again"))


def _pick(turn: Turn, methods: Sequence[str]) -> Question:
    named = turn.quick(*(f"pick_{method}" for method in methods))
    text = turn.say("setup.ask_pick")
    if len(named) == 1:
        text = turn.say("setup.ask_pick_one", method=named[0])
    return Question(text=text, quick=(*named, turn.say("quick.later")))


def of_change(turn: Turn, frame: Frame) -> Question:
    """What could be different after a card that was not carried out."""
    task = TASKS.get(frame.about)
    changeable = task.changeable if task else ()
    names = [f"change_{slot}" for slot in changeable]
    names = [name for name in names if turn.wording.has(f"quick.{name}")]
    return Question(
        text=turn.say("ask.change"), quick=turn.quick(*names, "retry", "cancel")
    )


def _which(turn: Turn, slot: Slot, frame: Frame, key: str) -> Question:
    """Which of those that there are; a few that fit, if the merchant named some."""
    there = choices(turn, slot, frame)
    if not there:
        return Question(text=turn.say(key), quick=turn.quick("retry"))
    said = URL.sub(" ", turn.said or frame.sentence)
    there = candidates(said, there) or there
    shown = list(there)[:_MOST_CHOICES]
    listed = "\n".join(f"- {_choice(turn, slot, each)}" for each in shown)
    text = turn.say(f"{key}_of", choices=listed)
    tool = slot.look_up.tool if slot.look_up else ""
    if len(there) > len(shown) or known.was_cut(tool, turn.state.results):
        text = f"{text}\n{turn.say('ask.more')}"
    quick = tuple(_short_choice(turn, slot, each) for each in shown)
    return Question(text=text, quick=quick)


def _choice(turn: Turn, slot: Slot, named: Named) -> str:
    key = f"choice.{slot.name}_{named.kind}" if named.kind else f"choice.{slot.name}"
    ours = slot.name == "change_id"
    name = turn.own(named.name) if ours else named.name
    facts = {**named.facts}
    if "why" in facts:
        facts["why"] = turn.own(str(facts["why"]))
    return turn.say(key, id=named.id, name=capped(name), **facts)


def _short_choice(turn: Turn, slot: Slot, named: Named) -> str:
    match slot.name:
        case "change_id":
            return turn.say("quick.change_number", number=named.id)
        case "property" | "review" | "profile":
            return _short(named.name)
        case _:
            return f"{_short(named.name)} ({named.id})"


def _short(name: str) -> str:
    line = capped(name)
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"
