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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from marketing_agent.agent.planner.matcher import Verdict
    from marketing_agent.agent.planner.turn import Reply, Turn

_BETWEEN: Final = re.compile(
    r"\s*(?:[;.!]\s+|,?\s+(?:and|then|also|plus)(?:\s+(?:then|also|please))?\s+)"
    r"|[。;\uff1b]|(?:、|,)?\s*(?:それから|そのあと|あわせて|そして)、?"
    r"|(?:て|で)、|[,\uff0c、]?\s*(?:然後|接著|並且|另外|還有|順便)[,\uff0c]?"
    r"|\s*(?:แล้วก็|จากนั้น|พร้อมทั้ง|และ)\s*",
    re.IGNORECASE,
)
_LEAST_LEAD: Final = 0.2
_LEAST_CHARACTERS: Final = 6
_MOST: Final = 4


def several(
    said: str, verdict: Callable[[str], Verdict], writes: frozenset[str]
) -> tuple[Request, ...]:
    """The requests of a message in the order to do them; empty for a single one."""
    parts = _parts(said)
    if len(parts) < 2 or len(said) > _MOST * 200:  # noqa: PLR2004
        return ()
    found: list[Request] = []
    start = 0
    for part, end in parts:
        meaning = _meaning(part, verdict)
        if meaning is None or (found and found[-1].intent == meaning):
            if found:
                found[-1] = replace(found[-1], sentence=said[start:end].strip())
            continue
        start = end - len(part) if found else 0
        found.append(Request(intent=meaning, sentence=said[start:end].strip()))
    if len({each.intent for each in found}) != len(found) or len(found) < 2:  # noqa: PLR2004
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
    words = turn.say("flow.next_of_several", request=turn.title(first.intent))
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
        turn.say("flow.several_line", title=turn.title(each.intent))
        for each in requests
    ]
    return "\n".join([turn.say("flow.several"), *lines])


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
