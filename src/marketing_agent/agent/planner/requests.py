"""Several requests in one message: taken apart, put in order, and none of them lost.

Looks come first and changes after them, each with its own card. What waits is noted in
the message (`Note.rest`) and taken up when nothing is open any more.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.frames import Request
from marketing_agent.agent.planner.matcher import certain
from marketing_agent.agent.planner.moments import Moment
from marketing_agent.agent.planner.slots import names, signals
from marketing_agent.agent.planner.slots.heard import Heard
from marketing_agent.agent.planner.slots.words import Concept
from marketing_agent.agent.planner.tasks import TASKS
from marketing_agent.agent.planner.texts import capped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from marketing_agent.agent.planner.matcher import Verdict
    from marketing_agent.agent.planner.turn import Reply, Turn

_BETWEEN: Final = re.compile(
    r"\s*(?:[;.!]\s+|,?\s+(?:and|then|also|plus)(?:\s+(?:then|also|please))?\s+)"
    r"|(?<=コード)と、?\s*(?=.*QRコード)|(?:和|跟|與)(?=另|一[個張組])"
    r"|[。;\uff1b]|(?:、|,)?\s*(?:それから|そのあと|あわせて|そして)、?"
    r"|(?<=[てで])、|[,\uff0c、]?\s*(?:然後|接著|並且|另外|還有|順便)[,\uff0c]?"
    r"|\s*(?:แล้วก็|จากนั้น|พร้อมทั้ง|และ)\s*"
    r"|\s+แล้ว(?=ปิด|เปิด|ช่วย|สร้าง|แสดง|ดู|ลบ|หยุด|บอก|ขอ)",
    re.IGNORECASE,
)
_ANOTHER: Final = Concept("another_of_it")
_MADE_TWICE: Final = "create_qr_link"
"""What may be asked for more than once in one message."""
_LEAST_LEAD: Final = 0.2
_LEAST_CHARACTERS: Final = 6
_MOST: Final = 4


def several(
    said: str, whole: str, verdict: Callable[[str], Verdict], writes: frozenset[str]
) -> tuple[Request, ...]:
    """The requests of a message in the order to do them; empty for a single one.

    `whole` is the likeliest meaning of all of it.
    """
    parts = _parts(said)
    if len(parts) < 2 or len(said) > _MOST * 200:  # noqa: PLR2004
        return ()
    found: list[Request] = []
    start = 0
    for place, (part, end) in enumerate(parts):
        meaning = _meaning(part, verdict)
        if found and _is_one_more(found[-1].intent, part, meaning):
            meaning = found[-1].intent
        elif not found and meaning is None:
            following = [each for each, _ in parts[place + 1 :]]
            meaning = _of_the_whole(part, following, whole)
        if meaning is None or _adds_to(found, meaning, part):
            if found:
                found[-1] = replace(found[-1], sentence=said[start:end].strip())
            continue
        start = end - len(part) if found else 0
        found.append(Request(intent=meaning, sentence=said[start:end].strip()))
    others = [each.intent for each in found if each.intent != _MADE_TWICE]
    if len(set(others)) != len(others) or len(found) < 2:  # noqa: PLR2004
        return ()
    return tuple(sorted(found[:_MOST], key=lambda each: each.intent in writes))


def taken_up(
    turn: Turn, reply: Reply, answer: Callable[[Turn, str, str], Reply]
) -> Reply:
    """The reply with the requests that wait; the next one if nothing is open."""
    rest = reply.note.rest or turn.state.note.rest
    if not rest:
        return reply
    is_open = any(frame.asks is not None for frame in reply.note.frames)
    if reply.calls or is_open or reply.note.doubt is not None:
        return replace(reply, note=replace(reply.note, rest=rest))
    first, *others = rest
    done = [Request(intent=came.tool, sentence="") for came in turn.state.fresh]
    title = _titled(turn, first, [*rest, *done])
    words = turn.say("flow.next_of_several", request=title)
    following = answer(as_said(turn, reply, first), first.intent, first.sentence)
    note = replace(following.note, rest=tuple(others))
    return replace(following, note=note).after(f"{reply.text}\n\n{words}".strip())


def as_said(turn: Turn, reply: Reply | None, request: Request) -> Turn:
    """The turn in which only this request was written."""
    note = turn.state.note if reply is None else replace(reply.note, rest=())
    state = replace(turn.state, said=request.sentence, fresh=(), note=note)
    return replace(turn, state=state, verdict=certain(request.intent))


def listed(turn: Turn, requests: Sequence[Request]) -> str:
    """What was understood, in the order in which it is done."""
    lines = [
        turn.say("flow.several_line", title=_titled(turn, each, requests))
        for each in requests
    ]
    return "\n".join([turn.say("flow.several"), *lines])


def _titled(turn: Turn, request: Request, among: Sequence[Request]) -> str:
    """Its title; with its own words where two have the same."""
    title = turn.title(request.intent)
    same = [each for each in among if each.intent == request.intent]
    return f"{title} ({capped(request.sentence)})" if len(same) > 1 else title


def _of_the_whole(part: str, following: Sequence[str], whole: str) -> str | None:
    """The meaning where the verb stands only at the end, as in Japanese."""
    both = [part, *following[:1]]
    are_two = len(both) > 1 and all(_is_one_more(whole, each, None) for each in both)
    return whole if are_two else None


def _adds_to(found: Sequence[Request], meaning: str, part: str) -> bool:
    """Whether it only says more about the request before it, such as a value."""
    if not found:
        return False
    before = found[-1].intent
    if before == meaning:
        return not _is_one_more(meaning, part, meaning)
    task = TASKS.get(before)
    return any(
        slot.hear(Heard(text=part))
        for slot in (task.slots if task else ())
        if slot.look_up is not None and slot.look_up.tool == meaning
    )


def _is_one_more(before: str, part: str, meaning: str | None) -> bool:
    """Whether it asks for another custom QR code, with a name or signals of its own."""
    if before != _MADE_TWICE or meaning not in {None, _MADE_TWICE}:
        return False
    heard = Heard(text=part)
    has_own = bool(signals.signals(heard) or names.new_name(heard))
    return has_own and _ANOTHER.is_in(part.strip())


def _parts(said: str) -> list[tuple[str, int]]:
    """The parts between the joints, each with where it ends."""
    parts, start = [], 0
    for joint in _BETWEEN.finditer(said):
        parts.append((said[start : joint.start()], joint.start()))
        start = joint.end()
    parts.append((said[start:], len(said)))
    return [(part, end) for part, end in parts if part.strip()]


def _meaning(part: str, verdict: Callable[[str], Verdict]) -> str | None:
    """What a part asks for by itself; None unless that is plain."""
    if len(part.strip()) < _LEAST_CHARACTERS:
        return None
    found = verdict(part.strip())
    plain = found.is_clear and found.margin >= _LEAST_LEAD
    is_moment = found.best in set(Moment)
    return found.best if plain and not is_moment else None
