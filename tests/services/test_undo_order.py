"""Which changes stand in the way of an undo, for every history of one thing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.services.undo import NewerChange, obstacle_to
from marketing_agent.storage.changes import Change

if TYPE_CHECKING:
    from marketing_agent.core.errors import Conflict

NOW: Final = datetime(2026, 5, 4, tzinfo=UTC)


@dataclass
class Thing:
    """One thing with a value; each change remembers the value that it replaced."""

    value: int = 0
    changes: dict[int, Change] = field(default_factory=dict)
    states: list[tuple[int, int]] = field(default_factory=list)
    """(before, after) of each change, whose id is its place."""

    def write(self, value: int) -> int:
        """Give it a value."""
        number = len(self.states)
        self.states.append((self.value, value))
        self.value = value
        self.changes[number] = _change(number)
        return number

    def obstacle(self, number: int) -> Conflict | None:
        """What is in the way of undoing this change."""
        later = [each for each in self.changes.values() if each.id > number]
        return obstacle_to(self.changes[number], later)

    def undo(self, number: int) -> bool:
        """Put back the value before this change, unless something is in the way."""
        if self.obstacle(number) is not None:
            return False
        by = self.write(self.states[number][0])
        self.changes[number] = replace(self.changes[number], undone_by=by)
        return True


def _change(number: int) -> Change:
    return Change(
        id=number,
        approval_id=str(number),
        tool="update_qr_link",
        arguments={},
        made_by="hana",
        made_at=NOW,
        result={},
        inverse={"tool": "update_qr_link", "arguments": {}},
        target="qr_link:abc",
    )


histories = st.lists(st.none() | st.integers(0, 12), max_size=14)
"""None writes a new value; a number tries to undo that change."""


def _lived(history: list[int | None]) -> Thing:
    thing = Thing()
    for step in history:
        if step is None:
            thing.write(len(thing.states) + 1)
        elif step in thing.changes:
            found = thing.states[step][1]
            if thing.undo(step):
                assert thing.states[-1][0] == found, "it found what its change left"
    return thing


@given(histories)
def test_an_undo_always_finds_what_its_change_left_behind(
    history: list[int | None],
) -> None:
    """However writes, undos and redos were mixed, no later value is overwritten."""
    _lived(history)


@given(histories)
def test_following_the_refusals_leads_back(history: list[int | None]) -> None:
    """Each refusal names a change that can be undone, until the asked one can be."""
    thing = _lived([None, *history])
    wanted = min(n for n, each in thing.changes.items() if each.undone_by is None)

    for _ in range(len(thing.changes)):
        obstacle = thing.obstacle(wanted)
        if not isinstance(obstacle, NewerChange):
            break
        assert thing.undo(int(str(obstacle.facts["newer"])))

    assert thing.undo(wanted)
    assert thing.value == thing.states[wanted][0]


def test_a_change_of_something_else_is_not_in_the_way() -> None:
    """Only the same target counts, and what stands alone has nothing in its way."""
    first, other = _change(1), replace(_change(2), target="qr_link:xyz")
    alone = replace(_change(0), target=None)

    assert obstacle_to(first, [other]) is None
    assert obstacle_to(alone, [first, other]) is None
    assert isinstance(obstacle_to(first, [_change(3)]), NewerChange)
