"""Where a run stands: the part of its row that only the run itself reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - Pydantic reads it
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from marketing_agent.core.imports import Extent

if TYPE_CHECKING:
    from collections.abc import Mapping


class Phase(StrEnum):
    """What a run does now; each run goes through some of these, in this order."""

    MEMBERS = "members"
    """Reading the segment, or who joined it."""
    CHANGED = "changed"
    """Reading the account's profiles that were edited."""
    DEPARTED = "departed"
    """Ending what stood on profiles that have left."""
    CLAIMS = "claims"
    """Making claims of what was read."""
    CLEARING = "clearing"
    """Dropping everything that a removed setting has left."""
    FRIENDS = "friends"
    """Asking LINE who of the unknown is a friend."""


FIRST: Final = {
    Extent.FULL: Phase.MEMBERS,
    Extent.RECONCILE: Phase.MEMBERS,
    Extent.CHANGES: Phase.MEMBERS,
    Extent.REMOVAL: Phase.CLEARING,
}


def after_reading(phase: Phase, extent: Extent) -> Phase:
    """What follows once the last page of a phase has been stored."""
    if extent.reads_everyone:
        return Phase.DEPARTED
    return Phase.CHANGED if phase is Phase.MEMBERS else Phase.CLAIMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a phase has come, and when it may go on."""

    link: str | None = None
    """The next page; None: the first one of the phase."""
    joined_since: datetime | None = None
    """Where this run begins to read members; None: with the first."""
    updated_since: datetime | None = None
    """Where it begins to read edited profiles."""
    reached: datetime | None = None
    """The latest moment on the pages stored so far: where to begin without a link."""
    told_at: datetime | None = None
    """Klaviyo's clock when the run began: the next watermark."""
    joined_to: datetime | None = None
    updated_to: datetime | None = None
    """What takes its place where Klaviyo's answers have no `Date`."""
    scanned_at: datetime | None = None
    """Our clock when everything had been read: the time of the claims."""
    after: str = ""
    """The last profile, or LINE user, that a phase without pages has dealt with."""
    reopened: bool = False
    """Something before `after` has to be dealt with again."""
    checked: int = 0
    unknown: int = 0
    not_before: datetime | None = None
    failures: int = 0
    """Failed tries in a row."""
    restarts: int = 0
    """How often a page's link was refused."""

    def moved(self, **changes: Any) -> Position:
        """One step further, which means that Klaviyo is well."""
        return replace(self, not_before=None, failures=0, **changes)

    def entering(self, **changes: Any) -> Position:
        """At the beginning of another phase."""
        return self.moved(link=None, reached=None, after="", reopened=False, **changes)

    def as_json(self) -> dict[str, Any]:
        """For the run's row."""
        return dict(_ADAPTER.dump_python(self, mode="json", exclude_defaults=True))


def position_of(cursor: Mapping[str, Any]) -> Position:
    """The opposite of `Position.as_json`."""
    return _ADAPTER.validate_python(dict(cursor))


_ADAPTER: Final = TypeAdapter(Position)
