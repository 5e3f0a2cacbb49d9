"""The account's lists: who is on them, and who has yet to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from marketing_agent.sandbox.klaviyo.members import Members
from marketing_agent.sandbox.klaviyo.places import instant_key
from marketing_agent.sandbox.klaviyo.refusals import NotFound

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from marketing_agent.sandbox.klaviyo.identifiers import Mint

OptIn: TypeAlias = Literal["double_opt_in", "single_opt_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileList:
    """One list. Times are aware UTC, cut to seconds."""

    id: str
    name: str
    opt_in_process: OptIn
    created: datetime
    updated: datetime


class Lists:
    """The lists; every method may be called from any thread."""

    def __init__(
        self, mint: Mint, clock: Callable[[], datetime], lock: threading.RLock
    ) -> None:
        self._mint = mint
        self._clock = clock
        self._lock = lock
        self._lists: dict[str, ProfileList] = {}
        self._members: dict[str, Members] = {}
        self._unconfirmed: set[tuple[str, str]] = set()

    def add(
        self,
        name: str,
        *,
        list_id: str | None = None,
        opt_in_process: OptIn = "double_opt_in",
    ) -> str:
        """Make a list nobody is on and return its id; double opt-in is the default."""
        with self._lock:
            at = self._clock().replace(microsecond=0)
            made = list_id or self._mint.short_id(6)
            self._lists[made] = ProfileList(
                id=made,
                name=name,
                opt_in_process=opt_in_process,
                created=at,
                updated=at,
            )
            self._members[made] = Members()
            return made

    def get(self, list_id: str) -> ProfileList:
        """Give a list.

        Raises:
            NotFound: there is none.

        """
        found = self._lists.get(list_id)
        if found is None:
            raise NotFound(f"A list with id {list_id} does not exist.")
        return found

    def all(self) -> tuple[ProfileList, ...]:
        """List the lists, oldest first."""
        with self._lock:
            return tuple(self._lists.values())

    def members(self, list_id: str) -> Members:
        """Give who is on a list.

        Raises:
            NotFound: there is no such list.

        """
        return self._members[self.get(list_id).id]

    def of(self, profile_id: str) -> tuple[ProfileList, ...]:
        """List the lists that a profile is on."""
        held = ((self._members[each.id], each) for each in self.all())
        return tuple(each for members, each in held if members.joined(profile_id))

    def sign_up(self, list_id: str, profile_id: str) -> bool:
        """Put the profile on the list, or have it asked to confirm.

        Tells whether it is on the list now and was not before.

        Raises:
            NotFound: there is no such list.

        """
        with self._lock:
            if self.members(list_id).joined(profile_id):
                return False
            if self.get(list_id).opt_in_process == "double_opt_in":
                self._unconfirmed.add((list_id, profile_id))
                return False
            self.put(list_id, profile_id)
            return True

    def confirm(self, list_id: str, profile_id: str) -> bool:
        """Put a profile on the list that was asked to confirm; tells whether it was."""
        with self._lock:
            if (list_id, profile_id) not in self._unconfirmed:
                return False
            self._unconfirmed.discard((list_id, profile_id))
            self.put(list_id, profile_id)
            return True

    def put(self, list_id: str, profile_id: str) -> None:
        """Put the profile on the list without any ado.

        Raises:
            NotFound: there is no such list.

        """
        with self._lock:
            members = self.members(list_id)
            if members.joined(profile_id) is None:
                members.put(profile_id, instant_key(self._clock()))

    def forget(self, profile_id: str, successor: str | None = None) -> None:
        """Take a deleted profile off every list; a merged one's place is taken."""
        with self._lock:
            for each in self.of(profile_id):
                self._members[each.id].take_out(profile_id)
                if successor:
                    self.put(each.id, successor)
            self._unconfirmed = {u for u in self._unconfirmed if u[1] != profile_id}
