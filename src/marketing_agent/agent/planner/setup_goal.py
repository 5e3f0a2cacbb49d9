"""Walking the setup plan: one step after the other, with waiting where it must."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from marketing_agent.agent.planner import asking, proposing
from marketing_agent.agent.planner.frames import Frame, Note, with_frame
from marketing_agent.agent.planner.marks import is_question
from marketing_agent.agent.planner.plan import CHANNELS, PLAN, SETUP, Step, next_step
from marketing_agent.agent.planner.slots.answers import wants_again, wants_on, yes_or_no
from marketing_agent.agent.planner.slots.channels import channels
from marketing_agent.agent.planner.telling import connection, linkage, qr_codes
from marketing_agent.agent.planner.turn import Call, Reply

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn

_DONE: Final = "done"
_CHECK: Final = PLAN[0].name


def begun(turn: Turn) -> Reply:
    """The first step. What else was open is left."""
    return _went_on(turn, Frame(about=SETUP), turn.say("setup.begun"))


def is_waiting_for(frame: Frame | None, came: Came) -> bool:
    """Whether this result is the plan's next step."""
    if frame is None or frame.about != SETUP:
        return False
    step = next_step(frame.slots)
    return step is not None and step.calls == came.tool


def noted(turn: Turn, frame: Frame, came: Came) -> Reply:
    """The plan after the result of its own call."""
    try:
        return _noted(turn, frame, came)
    except ValidationError:
        return _stuck(turn, frame, turn.say("flow.unreadable"))


def answered(turn: Turn, frame: Frame) -> Reply | None:
    """The plan after an answer to its question; None if it was no answer."""
    if frame.asks == _CHECK and wants_on(turn.said):
        return _went_on(turn, _with(frame, _CHECK, "left for later"))
    if frame.asks not in CHANNELS:
        again = wants_again(turn.said) or yes_or_no(turn.said) == "yes"
        return _went_on(turn, frame) if again else None
    told = channels(turn.said)
    if short := yes_or_no(turn.said):
        told = {**told, frame.asks: short}
    if frame.asks not in told or is_question(turn.said):
        return None
    return _went_on(turn, replace(frame, slots={**told, **frame.slots}))


def resumed(turn: Turn, frame: Frame, before: str = "") -> Reply:
    """The plan again, after something else was done in between."""
    if frame.asks in CHANNELS:
        reply = _reply(turn, frame, before)
        return asking.with_pending(turn, reply)
    return _went_on(turn, frame, before)


def _noted(turn: Turn, frame: Frame, came: Came) -> Reply:
    match came.tool:
        case "check_setup":
            return _checked(turn, frame, came)
        case "query_linkage_status":
            report = linkage.report_of(came)
            words = linkage.summary(turn, report)
            return _went_on(turn, _with(frame, "count_customers"), words)
        case "create_qr_link":
            slug = str(came.data.get("slug", ""))
            name = turn.say("qr.saved")
            return _went_on(turn, _with(frame, "create", slug), name)
        case _:
            return _handed_over(turn, frame, came)


def _checked(turn: Turn, frame: Frame, came: Came) -> Reply:
    told = connection.checked(turn, came)
    if connection.unfinished(connection.checks_of(came)):
        return _stuck(turn, frame, told.text)
    return _went_on(turn, _with(frame, _CHECK), told.text)


def _stuck(turn: Turn, frame: Frame, text: str) -> Reply:
    """Wait at the step that could not be taken until the merchant says "again"."""
    waiting = replace(frame, asks=_step(frame).name)
    question = asking.of_setup(turn, _step(frame).name)
    reply = _reply(turn, waiting, question.text, quick=question.quick)
    return reply.after(text)


def _went_on(turn: Turn, frame: Frame, before: str = "") -> Reply:
    step = _step(frame)
    if step.asks:
        question = asking.of_setup(turn, step.name)
        asking_now = replace(frame, asks=step.name)
        asked = _reply(turn, asking_now, question.text, quick=question.quick)
        return asked.after(before)
    match step.name:
        case "recommend":
            return _recommended(turn, frame).after(before)
        case "create":
            return _proposed(turn, frame).after(before)
        case _:
            return _looked(turn, frame, step).after(before)


def _looked(turn: Turn, frame: Frame, step: Step) -> Reply:
    tool = str(step.calls)
    if tool not in turn.offered:
        return proposing.refused(turn, tool, ())
    about = {"slug": frame.slots["create"]} if step.name == "verify" else {}
    arguments = {name: value for name, value in about.items() if value}
    running = replace(frame, asks=step.name)
    return _reply(turn, running, calls=(Call(tool=tool, arguments=arguments),))


def _recommended(turn: Turn, frame: Frame) -> Reply:
    """What fits what the merchant told, and what this version cannot set up yet."""
    told = frame.slots
    lines = [turn.say(f"setup.recommend_email_{told['email']}")]
    lines += [
        turn.say(f"setup.recommend_{channel}")
        for channel in ("form", "ids")
        if told[channel] == "yes"
    ]
    words = "\n".join([*lines, turn.say("setup.not_yet")])
    if told["email"] == "no":
        quick = turn.quick("create_qr_link", "query_linkage_status", "abilities")
        return _ended(turn, frame, words, quick)
    return _went_on(turn, _with(frame, "recommend"), words)


def _proposed(turn: Turn, frame: Frame) -> Reply:
    frames = with_frame((), replace(frame, asks=None))
    return proposing.under(turn, "create_qr_link", frames)


def _handed_over(turn: Turn, frame: Frame, came: Came) -> Reply:
    cards = qr_codes.cards_of(came)
    card = next((c for c in cards if c.slug == frame.slots["create"]), None)
    if card is None:
        quick = turn.quick("show_qr_links")
        return _ended(turn, frame, turn.say("setup.not_verified"), quick)
    words = turn.say(
        "setup.hand_over",
        url=card.linking_url or card.add_friend_url or "",
        name=qr_codes.named(card),
    )
    text = f"{words}\n\n{qr_codes.to_copy(turn, card)}\n\n{turn.say('setup.through')}"
    quick = turn.quick("query_linkage_status", "show_qr_links")
    return _ended(turn, _with(frame, "verify"), text, quick)


def _step(frame: Frame) -> Step:
    return next_step(frame.slots) or PLAN[-1]


def _with(frame: Frame, step: str, value: str = _DONE) -> Frame:
    return replace(frame, slots={**frame.slots, step: value}, asks=None)


def _ended(turn: Turn, frame: Frame, text: str, quick: tuple[str, ...]) -> Reply:
    reply = _reply(turn, frame, text, quick=quick)
    return replace(reply, note=Note())


def _reply(
    turn: Turn,
    frame: Frame,
    text: str = "",
    *,
    quick: tuple[str, ...] = (),
    calls: tuple[Call, ...] = (),
) -> Reply:
    return Reply(
        text=text,
        quick=quick,
        calls=calls,
        note=Note(frames=with_frame((), frame)),
        intent=SETUP,
        margin=turn.verdict.margin if turn.state.said else None,
        rule=f"plan: {_step(frame).name}",
    )
