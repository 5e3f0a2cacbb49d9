"""The counts of an import, which add up: profiles by verdict, new pairs by result."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

from marketing_agent.core.stored_ids import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ENOUGH_TO_JUDGE: Final = 20
"""With fewer IDs than this it is not said that they are another provider's."""


class Result(StrEnum):
    """What became of a new pair of profile and LINE user, when it was first seen."""

    LINKED = "linked"
    ALREADY_LINKED = "already_linked"
    WAITING = "waiting"
    """For the LINE user to become a friend (row 37)."""
    SHARED = "shared"
    """The same LINE User ID stands on several profiles (row 36)."""
    CONFLICT = "conflict"
    """One of the two is linked to somebody else (rows 31, 33, 35)."""
    BARRED = "barred"
    """They were unlinked before, or the profile is gone."""
    TOO_WIDELY_SHARED = "too_widely_shared"
    """On more than 20 profiles: not taken for a person, and no attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The counts of a run or a preview. They add up: see `profiles` and `pairs`."""

    verdicts: Mapping[Verdict, int] = field(default_factory=dict)
    results: Mapping[Result, int] = field(default_factory=dict)
    left: int = 0
    """Profiles that are no longer in the segment."""
    stopped: int = 0
    """Pairs that were still waiting when their value was emptied, changed or left."""

    @property
    def profiles(self) -> int:
        """Profiles read, each once: the sum of all verdicts."""
        return sum(self.verdicts.values())

    @property
    def valid(self) -> int:
        """Profiles with one valid LINE User ID: friends, strangers and erased."""
        return sum(self.verdicts.get(each, 0) for each in Verdict if each.is_valid)

    @property
    def pairs(self) -> int:
        """New pairs: the sum of all results."""
        return sum(self.results.values())

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            verdicts=_sum(self.verdicts, other.verdicts),
            results=_sum(self.results, other.results),
            left=self.left + other.left,
            stopped=self.stopped + other.stopped,
        )

    def looks_foreign(self) -> bool:
        """Whether these look like LINE User IDs of another provider.

        LINE gives one person another id with each provider, so IDs of another one are
        nobody's here. One can only tell by how many are unknown.
        """
        friends = self.verdicts.get(Verdict.FRIEND, 0)
        strangers = self.verdicts.get(Verdict.STRANGER, 0)
        known = friends + strangers
        return known >= ENOUGH_TO_JUDGE and strangers * 2 > known

    def as_json(self) -> dict[str, int]:
        """One flat object without zeros; `tally_of` reads it."""
        counts = {each.value: self.verdicts[each] for each in self.verdicts}
        counts |= {each.value: self.results[each] for each in self.results}
        counts |= {"left": self.left, "stopped": self.stopped}
        return {name: count for name, count in counts.items() if count}


def tally_of(counts: Mapping[str, int]) -> Tally:
    """The opposite of `Tally.as_json`; unknown names are left out."""
    return Tally(
        verdicts={each: counts[each] for each in Verdict if counts.get(each)},
        results={each: counts[each] for each in Result if counts.get(each)},
        left=counts.get("left", 0),
        stopped=counts.get("stopped", 0),
    )


def recount(pairs: Iterable[tuple[Verdict | None, Verdict]]) -> Tally:
    """The difference that these readings make.

    Each is what the profile counted as before in the same run (None: it was not read
    yet), and what it counts as now.
    """
    counts: Counter[Verdict] = Counter()
    for before, now in pairs:
        counts[now] += 1
        if before is not None:
            counts[before] -= 1
    return Tally(verdicts=counts)


KeyT = TypeVar("KeyT", Verdict, Result)


def _sum(left: Mapping[KeyT, int], right: Mapping[KeyT, int]) -> dict[KeyT, int]:
    return {each: left.get(each, 0) + right.get(each, 0) for each in {**left, **right}}
