"""The account's segments. Their members are told, not computed from a definition."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from marketing_agent.sandbox.klaviyo.crowd import LINE_USER_ID, Crowd
from marketing_agent.sandbox.klaviyo.members import Members
from marketing_agent.sandbox.klaviyo.places import instant_key
from marketing_agent.sandbox.klaviyo.refusals import NotFound

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Container, Iterable
    from datetime import datetime

    from marketing_agent.sandbox.klaviyo.identifiers import Mint


def _has_line_user_id() -> dict[str, Any]:
    condition = {
        "type": "profile-property",
        "property": f"properties['{LINE_USER_ID}']",
        "filter": {"type": "existence", "operator": "is-set"},
    }
    return {"condition_groups": [{"conditions": [condition]}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One segment. Times are aware UTC, cut to seconds."""

    id: str
    name: str
    created: datetime
    updated: datetime
    definition: dict[str, Any] = field(default_factory=_has_line_user_id)
    is_active: bool = True
    is_processing: bool = False
    is_starred: bool = False


class Segments:
    """The segments and who is in them; every method may be called from any thread."""

    def __init__(
        self,
        mint: Mint,
        clock: Callable[[], datetime],
        lock: threading.RLock,
        profiles: Container[str],
    ) -> None:
        self._mint = mint
        self._clock = clock
        self._lock = lock
        self._profiles = profiles
        self._segments: dict[str, Segment] = {}
        self._members: dict[str, Members] = {}

    def add(self, name: str, *, segment_id: str | None = None) -> str:
        """Make a segment without members and return its id."""
        with self._lock:
            at = self._clock().replace(microsecond=0)
            made = segment_id or self._mint.short_id(6)
            self._segments[made] = Segment(id=made, name=name, created=at, updated=at)
            self._members[made] = Members()
            return made

    def edit(self, segment_id: str, **changes: Any) -> None:
        """Change fields of a segment, such as `is_processing`.

        Raises:
            NotFound: there is no such segment.

        """
        with self._lock:
            at = self._clock().replace(microsecond=0)
            changed = replace(self.get(segment_id), **{"updated": at, **changes})
            self._segments[segment_id] = changed

    def remove(self, segment_id: str) -> None:
        """Delete a segment; its members stay as profiles.

        Raises:
            NotFound: there is no such segment.

        """
        with self._lock:
            del self._members[self.get(segment_id).id], self._segments[segment_id]

    def put(
        self, segment_id: str, profile_id: str, joined_at: datetime | None = None
    ) -> None:
        """Make a profile a member; without `joined_at` since now, or as it was.

        Raises:
            NotFound: there is no such segment or profile.

        """
        with self._lock:
            members = self.members(segment_id)
            if profile_id not in self._profiles:
                raise NotFound(f"A profile with id {profile_id} does not exist.")
            if joined_at or members.joined(profile_id) is None:
                members.put(profile_id, instant_key(joined_at or self._clock()))

    def take_out(self, segment_id: str, profile_id: str) -> None:
        """Make a profile no member, if it was one.

        Raises:
            NotFound: there is no such segment.

        """
        with self._lock:
            self.members(segment_id).take_out(profile_id)

    def fill(
        self, segment_id: str, rows: Iterable[tuple[str, datetime]] | Crowd
    ) -> None:
        """Make many profiles members that were none: ids with when they joined.

        A crowd goes in as a whole; each of it joined when it was made.

        Raises:
            NotFound: there is no such segment.

        """
        with self._lock:
            members = self.members(segment_id)
            if isinstance(rows, Crowd):
                members.fill_with(rows)
            else:
                members.fill((each, instant_key(at)) for each, at in rows)

    def get(self, segment_id: str) -> Segment:
        """Give a segment.

        Raises:
            NotFound: there is none, or no longer.

        """
        segment = self._segments.get(segment_id)
        if segment is None:
            raise NotFound(f"A segment with id {segment_id} does not exist.")
        return segment

    def all(self) -> tuple[Segment, ...]:
        """List the segments, oldest first."""
        with self._lock:
            return tuple(self._segments.values())

    def members(self, segment_id: str) -> Members:
        """Give who is in a segment.

        Raises:
            NotFound: there is no such segment.

        """
        return self._members[self.get(segment_id).id]

    def of(self, profile_id: str) -> tuple[Segment, ...]:
        """List the segments that a profile is in."""
        with self._lock:
            held = ((self._members[each.id], each) for each in self.all())
            return tuple(each for members, each in held if members.joined(profile_id))

    def forget(self, profile_id: str, successor: str | None = None) -> None:
        """Take a deleted profile out of everything.

        The profile that it was merged into takes its place, from now on: a merge
        recomputes what that profile is in (inferred).
        """
        for segment in self.of(profile_id):
            self.take_out(segment.id, profile_id)
            if successor:
                self.put(segment.id, successor)
