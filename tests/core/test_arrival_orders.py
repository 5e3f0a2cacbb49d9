"""One claim whose parts arrive in every possible order ends in one and the same way.

What happened before (the background) is stored first; the parts keep their times of
the world and are stored in each permutation.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Final

import pytest

from marketing_agent.core.facts import Decider, Fact, Method
from marketing_agent.core.match import Ambiguous, Mismatch, NoProfile, TooEarly
from marketing_agent.core.resolve import resolve
from tests.core.story import HANA, KENJI, P, Q, Story, found, minutes

if TYPE_CHECKING:
    from collections.abc import Callable

NOBODY: Final = NoProfile(row=12)
SHARED: Final = Ambiguous(row=14, profiles=(P, Q))
CROSSED: Final = Mismatch(row=16)


def _qr_link(story: Story) -> None:
    story.claims("claim", HANA)
    story.looks_up("claim", HANA, NOBODY)
    story.looks_up("claim", HANA, found(P))
    story.follows(HANA)


def _qr_link_before_and_after_a_block(story: Story) -> None:
    story.claims("claim", HANA)
    story.looks_up("claim", HANA, found(P))
    story.follows(HANA)
    story.unfollows(HANA)
    story.follows(HANA)


def _form_with_a_flow(story: Story) -> None:
    story.submits("claim", HANA)
    story.looks_up("claim", HANA, TooEarly(row=17))
    story.looks_up("claim", HANA, found(P))
    story.confirms(P)
    story.confirms(Q)
    story.follows(HANA)


def _form_whose_flow_names_someone_else(story: Story) -> None:
    story.submits("claim", HANA)
    story.looks_up("claim", HANA, found(P))
    story.confirms(Q)
    story.follows(HANA)


def _form_whose_flow_comes_too_late(story: Story) -> None:
    story.submits("claim", HANA)
    story.looks_up("claim", HANA, found(P))
    story.confirms(P, at=minutes(60 * 48))
    story.follows(HANA)


def _import(story: Story) -> None:
    story.sights("claim", HANA, P)
    story.unfollows(HANA)
    story.follows(HANA)


def _auto_link(story: Story) -> None:
    story.claims("claim", HANA, login=False, method=Method.AUTO_LINK)
    story.looks_up("claim", HANA, CROSSED)
    story.looks_up("claim", HANA, SHARED)
    story.looks_up("claim", HANA, found(P))
    story.follows(HANA)


def _never_found(story: Story) -> None:
    story.claims("claim", HANA)
    story.looks_up("claim", HANA, SHARED)
    story.looks_up("claim", HANA, CROSSED)
    story.looks_up("claim", HANA, NOBODY)
    story.follows(HANA)


def _never_a_friend(story: Story) -> None:
    story.claims("claim", HANA)
    story.looks_up("claim", HANA, found(P))
    story.looks_up("claim", HANA, NOBODY)
    story.unfollows(HANA)


PARTS: Final[dict[str, Callable[[Story], None]]] = {
    "a custom QR code": _qr_link,
    "a block in between": _qr_link_before_and_after_a_block,
    "a form with a flow": _form_with_a_flow,
    "a flow that names someone else": _form_whose_flow_names_someone_else,
    "a flow that comes too late": _form_whose_flow_comes_too_late,
    "an import": _import,
    "an auto-link": _auto_link,
    "a profile that is never found": _never_found,
    "someone who only blocks": _never_a_friend,
}


def _profile_taken(story: Story) -> None:
    story.follows(KENJI)
    story.matches("theirs", KENJI, P)


def _linked_elsewhere(story: Story) -> None:
    story.follows(HANA)
    story.matches("other", HANA, Q)
    story.unfollows(HANA)


def _linked_already(story: Story) -> None:
    story.follows(HANA)
    story.matches("same", HANA, P)
    story.unfollows(HANA)


def _unlinked(story: Story, by: Decider) -> None:
    _linked_already(story)
    story.unlinks(HANA, P, by=by)


def _gone(story: Story) -> None:
    story.loses(P)


BACKGROUNDS: Final[dict[str, Callable[[Story], None]]] = {
    "nothing": lambda _: None,
    "the profile is taken": _profile_taken,
    "linked elsewhere": _linked_elsewhere,
    "linked already": _linked_already,
    "unlinked by the merchant": lambda story: _unlinked(story, Decider.MERCHANT),
    "unlinked by the customer": lambda story: _unlinked(story, Decider.CUSTOMER),
    "the profile is gone": _gone,
}


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("parts", PARTS)
def test_every_arrival_order_ends_alike(parts: str, background: str) -> None:
    """Same links, same code, same reason, for every permutation of the parts."""
    story = Story()
    BACKGROUNDS[background](story)
    before = tuple(story.facts)
    PARTS[parts](story)
    arriving = story.facts[len(before) :]
    assert len({_end(before, order) for order in permutations(arriving)}) == 1


def test_the_ends_are_those_that_the_specification_names() -> None:
    """What all orders agree on is also right, not only equal."""
    ends = {
        ("a custom QR code", "nothing"): ("linked", 28),
        ("a form with a flow", "nothing"): ("linked", 28),
        ("a flow that names someone else", "nothing"): ("waiting_confirmation", 29),
        ("a flow that comes too late", "nothing"): ("waiting_confirmation", 29),
        ("a profile that is never found", "nothing"): ("waiting_profile", 12),
        ("someone who only blocks", "nothing"): ("waiting_friend", 29),
        ("someone who only blocks", "linked already"): ("waiting_friend", 29),
        ("an import", "unlinked by the customer"): ("suppressed_unlink", 26),
        ("a custom QR code", "unlinked by the customer"): ("linked", 28),
        ("a custom QR code", "unlinked by the merchant"): ("suppressed_unlink", 26),
        ("an auto-link", "the profile is taken"): ("conflict_held", 31),
        ("an auto-link", "linked elsewhere"): ("conflict_held", 33),
        ("an auto-link", "linked already"): ("already_linked", 27),
        ("a custom QR code", "the profile is gone"): ("profile_gone", 24),
    }
    for (parts, background), end in ends.items():
        story = Story()
        BACKGROUNDS[background](story)
        PARTS[parts](story)
        assert story.says("claim") == end, (parts, background)


def _end(before: tuple[Fact, ...], order: tuple[Fact, ...]) -> tuple[object, ...]:
    first = len(before)
    stored = [
        replace(fact, stored=minutes(first + place)) for place, fact in enumerate(order)
    ]
    result = resolve([*before, *stored])
    outcome = next(o for key, o in result.outcomes.items() if key == "claim")
    links = tuple((link.line_user, link.profile) for link in result.links)
    return (links, outcome.code, outcome.row, outcome.reason, outcome.profile)
