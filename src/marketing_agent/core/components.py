"""Which facts belong together: those that share a LINE user or a profile.

Addresses, settings and blocks never join. A component resolves alone exactly as it
does among all facts, so the cost of a change follows the change.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from marketing_agent.core.facts import (
    Claim,
    Confirmation,
    Erased,
    Fact,
    FriendChange,
    Gone,
    Keep,
    Lookup,
    Merged,
    Pin,
    Returned,
    Stopped,
    Unlink,
)
from marketing_agent.core.match import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from marketing_agent.core.signals import LineUserId, ProfileId


def line_user_of(fact: Fact) -> LineUserId | None:
    """The LINE user that a fact is about."""
    match fact:
        case (
            Claim(line_user=line_user)
            | Lookup(line_user=line_user)
            | FriendChange(line_user=line_user)
            | Stopped(line_user=line_user)
            | Pin(line_user=line_user)
            | Unlink(line_user=line_user)
            | Keep(line_user=line_user)
            | Merged(line_user=line_user)
            | Erased(line_user=line_user)
        ):
            return line_user
        case _:
            return None


def profiles_of(fact: Fact) -> tuple[ProfileId, ...]:
    """The profiles that a fact ties to its LINE user; only a merge has two."""
    match fact:
        case Merged(profile=profile, into=into):
            return (profile, into)
        case Lookup(verdict=Candidate(profile=profile)):
            return (profile,)
        case Claim(profile=profile) | Unlink(profile=profile) | Erased(profile=profile):
            return () if profile is None else (profile,)
        case (
            Confirmation(profile=profile)
            | Pin(profile=profile)
            | Keep(profile=profile)
            | Gone(profile=profile)
            | Returned(profile=profile)
        ):
            return (profile,)
        case _:
            return ()


def components(facts: Iterable[Fact]) -> list[list[Fact]]:
    """The facts, split into the groups that can be resolved alone."""
    facts = list(facts)
    parent: dict[str, str] = {}

    def root(end: str) -> str:
        while parent.setdefault(end, end) != end:
            parent[end] = end = parent[parent[end]]
        return end

    ends = [_ends(fact) for fact in facts]
    for first, *others in ends:
        for other in others:
            parent[root(other)] = root(first)
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact, (first, *_) in zip(facts, ends, strict=True):
        groups[root(first)].append(fact)
    return list(groups.values())


def _ends(fact: Fact) -> list[str]:
    """At least one end; the two kinds never collide."""
    line_user = line_user_of(fact)
    profiles = [f"profile {each}" for each in profiles_of(fact)]
    return profiles if line_user is None else [f"line {line_user}", *profiles]
