"""Where the conversation stands: a fold over its events, one at a time.

Nothing is decided here. Cutting a conversation anywhere and going on with the rest
gives the state of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, assert_never

from marketing_agent.agent.planner.frames import CHANGE, PROPOSED, Frame, Note
from marketing_agent.agent.planner.handwork import left_by_hand, operations
from marketing_agent.agent.planner.history import Answered, Came, Event, Said
from marketing_agent.agent.planner.language import ENGLISH, language_after
from marketing_agent.agent.results import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CHANGED_BY_WRITES: Final = frozenset(
    {
        "list_forms",
        "query_linkage_status",
        "show_changes",
        "show_form_linkage",
        "show_import",
        "show_qr_links",
        "show_segments",
    }
)
_UNDO: Final = "undo_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that the next answer depends on, apart from the tools on offer."""

    language: str = ENGLISH
    said: str | None = None
    """What the merchant wrote and nobody answered yet."""
    fresh: tuple[Came, ...] = ()
    """The results that nobody spoke about yet."""
    note: Note = field(default_factory=Note)
    results: Mapping[str, Came] = field(default_factory=dict)
    """The last result of each tool that may still be true."""
    changes: tuple[int, ...] = ()
    """The changes made in this conversation and not undone, oldest first."""
    by_hand: Mapping[str, str] = field(default_factory=dict)
    """Methods that were saved in this conversation and not seen at work yet, each with
    the slug or form id that a check is about."""
    operations: Mapping[str, str] = field(default_factory=dict)
    """How the shop works, as it was told to the set-up plan."""
    failures: int = 0
    """Errors since the merchant last wrote."""

    @property
    def frame(self) -> Frame | None:
        """What is being worked on."""
        return self.note.frames[-1] if self.note.frames else None


def replayed(events: Iterable[Event], start: State | None = None) -> State:
    """The state after these events."""
    return reduce(after, events, start or State())


def after(state: State, event: Event) -> State:
    """The state after one more event."""
    match event:
        case Said(text=text):
            asks = state.frame.asks if state.frame else None
            language = language_after(text, state.language, asks)
            return replace(state, said=text, fresh=(), failures=0, language=language)
        case Answered(note=note):
            known = {**state.operations, **operations(note)}
            return replace(state, said=None, fresh=(), note=note, operations=known)
        case Came():
            return _after_result(state, event)
        case _:
            assert_never(event)


def _after_result(state: State, came: Came) -> State:
    happened = came.status is Status.DONE
    return replace(
        state,
        fresh=(*state.fresh, came),
        note=replace(state.note, frames=_frames(state.note.frames, came)),
        results=_results(state.results, came),
        changes=_changes(state.changes, came) if happened else state.changes,
        by_hand=left_by_hand(state.by_hand, came) if happened else state.by_hand,
        failures=state.failures + (came.status is Status.ERROR),
    )


def _frames(frames: tuple[Frame, ...], came: Came) -> tuple[Frame, ...]:
    """A proposal that was carried out is closed; any other may be changed."""
    if not frames or frames[-1].asks != PROPOSED or frames[-1].about != came.tool:
        return frames
    if came.status is Status.DONE:
        return frames[:-1]
    return (*frames[:-1], replace(frames[-1], asks=CHANGE))


def _results(results: Mapping[str, Came], came: Came) -> Mapping[str, Came]:
    """After a write, or one that failed, nothing of ours is as it was looked at."""
    match came.status:
        case Status.DONE:
            kept = _unchanged(results) if came.change_id is not None else results
            return {**kept, came.tool: came}
        case Status.ERROR:
            return _unchanged(results)
        case _:
            return results


def _unchanged(results: Mapping[str, Came]) -> dict[str, Came]:
    return {k: v for k, v in results.items() if k not in _CHANGED_BY_WRITES}


def _changes(changes: tuple[int, ...], came: Came) -> tuple[int, ...]:
    if came.tool == _UNDO:
        undone: Any = came.arguments.get("change_id")
        return tuple(each for each in changes if each != undone)
    return changes if came.change_id is None else (*changes, came.change_id)
