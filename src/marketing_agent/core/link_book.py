"""The links of a sweep: one per LINE user, one per profile, and every change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from marketing_agent.core.links import ChangeKind, Link, LinkChange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from marketing_agent.core.facts import Evidence, Fact, FactKey
    from marketing_agent.core.signals import LineUserId, ProfileId


@dataclass(slots=True)
class LinkBook:
    """Holds the one-to-one rule: an end that is taken cannot be taken again."""

    of_line_user: dict[LineUserId, Link] = field(default_factory=dict)
    of_profile: dict[ProfileId, Link] = field(default_factory=dict)
    changes: list[LinkChange] = field(default_factory=list)
    last_change: dict[FactKey, LinkChange] = field(default_factory=dict)

    def links(self) -> Iterator[Link]:
        """The live links, in an order that depends on them alone."""
        for line_user in sorted(self.of_line_user):
            yield self.of_line_user[line_user]

    def add(self, link: Link, cause: Fact) -> None:
        """Tie two free ends together."""
        assert link.line_user not in self.of_line_user, "the LINE user is taken"
        assert link.profile not in self.of_profile, "the profile is taken"
        self._put(link)
        self._record(ChangeKind.LINKED, link, cause)

    def remove(self, link: Link, kind: ChangeKind, cause: Fact) -> None:
        """Free both ends."""
        self._drop(link)
        self._record(kind, link, cause)

    def strengthen(self, link: Link, evidence: Evidence) -> None:
        """Remember the strongest evidence seen for this pair."""
        if evidence > link.evidence:
            self._put(replace(link, evidence=evidence))

    def suspend(self, link: Link, cause: Fact) -> None:
        """The profile is gone; both ends stay taken until a person has looked."""
        if not link.suspended:
            self._change(
                link, replace(link, suspended=True), ChangeKind.SUSPENDED, cause
            )

    def resume(self, link: Link, cause: Fact) -> None:
        """The profile is back."""
        if link.suspended:
            self._change(
                link, replace(link, suspended=False), ChangeKind.RESUMED, cause
            )

    def follow(self, link: Link, into: ProfileId, cause: Fact) -> None:
        """Klaviyo merged the profile: the same link, on the surviving profile."""
        moved = replace(link, profile=into, suspended=False)
        self._change(link, moved, ChangeKind.FOLLOWED, cause)

    def _change(self, old: Link, new: Link, kind: ChangeKind, cause: Fact) -> None:
        self._drop(old)
        self._put(new)
        self._record(kind, new, cause)

    def _put(self, link: Link) -> None:
        self.of_line_user[link.line_user] = link
        self.of_profile[link.profile] = link

    def _drop(self, link: Link) -> None:
        del self.of_line_user[link.line_user]
        del self.of_profile[link.profile]

    def _record(self, kind: ChangeKind, link: Link, cause: Fact) -> None:
        change = LinkChange(kind=kind, link=link, cause=cause.key, stored=cause.stored)
        self.changes.append(change)
        self.last_change[link.made_by] = change
