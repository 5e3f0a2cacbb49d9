"""The rows that are only shown: they change with the moment and decide nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from marketing_agent.core.facts import Decider, FactKey
from marketing_agent.core.labels import Circumstances, LabelCode, labels
from marketing_agent.core.match import NoProfile
from tests.core.story import HANA, START, P, Story, found

if TYPE_CHECKING:
    from marketing_agent.core.links import Link
    from marketing_agent.core.outcomes import Outcome

CLEAR = Circumstances(now=START)
EVERYTHING = Circumstances(
    now=START,
    paused=True,
    unanswered=True,
    is_friend=False,
    unsubscribed=True,
    contact_changed=True,
    property_differs=True,
    sync_pending=True,
)


def _open() -> Outcome:
    story = Story()
    story.claims("claim", HANA)
    story.looks_up("claim", HANA, NoProfile(row=12))
    return story.outcome("claim")


def _linked() -> Link:
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    return story.result().links[0]


def _codes(about: Outcome | Link, seen: Circumstances) -> list[LabelCode]:
    return [label.code for label in labels(about, seen)]


def test_row_03_an_open_claim_is_paused_while_klaviyo_is_disconnected() -> None:
    """The merchant reads what to do, and the claim stays open underneath."""
    (label,) = labels(_open(), Circumstances(now=START, paused=True))
    assert (label.row, label.code) == (3, LabelCode.PAUSED)
    assert "reconnect Klaviyo" in label.next_step


def test_row_05_an_open_claim_expires_when_its_time_has_passed() -> None:
    """At the last moment it still waits; after it, nothing else is worth saying."""
    last = Circumstances(now=START, expires=START)
    assert labels(_open(), last) == ()
    later = Circumstances(now=START + timedelta(seconds=1), expires=START, paused=True)
    assert [(label.row, label.code) for label in labels(_open(), later)] == [
        (5, LabelCode.EXPIRED)
    ]


def test_row_11_a_lookup_without_an_answer_is_said_while_one_is_needed() -> None:
    """Once Klaviyo has named the profile, an unanswered call is of no interest."""
    silent = Circumstances(now=START, unanswered=True)
    (label,) = labels(_open(), silent)
    assert (label.row, label.code) == (11, LabelCode.WAITING_LOOKUP)
    story = Story()
    story.matches("claim", HANA, P)
    assert labels(story.outcome("claim"), silent) == ()


def test_row_25_a_link_to_an_unsubscribed_profile_says_so() -> None:
    """Linking never changes a consent, and the merchant should know it."""
    (label,) = labels(_linked(), Circumstances(now=START, unsubscribed=True))
    assert (label.row, label.code) == (25, LabelCode.UNSUBSCRIBED)


def test_row_41_a_friend_who_left_keeps_the_link() -> None:
    """An unfollow ends nothing; it is a label until they come back."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    story.unfollows(HANA)
    (link,) = story.result().links
    (label,) = labels(link, Circumstances(now=START, is_friend=False))
    assert (label.row, label.code) == (41, LabelCode.FRIEND_LEFT)


def test_row_45_a_changed_contact_keeps_the_link() -> None:
    """A later answer of Klaviyo for the same claim undoes nothing."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    story.looks_up("claim", HANA, NoProfile(row=12))
    (link,) = story.result().links
    (label,) = labels(link, Circumstances(now=START, contact_changed=True))
    assert (label.row, label.code) == (45, LabelCode.CONTACT_CHANGED)


def test_row_46_a_foreign_line_property_is_said_once_ours_was_written() -> None:
    """Before our own write the difference means nothing."""
    differs = Circumstances(now=START, property_differs=True)
    (label,) = labels(_linked(), differs)
    assert (label.row, label.code) == (46, LabelCode.PROPERTY_DIFFERS)
    waiting = Circumstances(now=START, property_differs=True, sync_pending=True)
    assert _codes(_linked(), waiting) == [LabelCode.SYNC_PENDING]


def test_row_47_a_link_that_klaviyo_has_not_heard_of_says_so() -> None:
    """The link stands; with Klaviyo disconnected the merchant also reads why."""
    pending = Circumstances(now=START, sync_pending=True)
    (label,) = labels(_linked(), pending)
    assert (label.row, label.code) == (47, LabelCode.SYNC_PENDING)
    cut_off = Circumstances(now=START, sync_pending=True, paused=True)
    assert _codes(_linked(), Circumstances(now=START, paused=True)) == []
    assert _codes(_linked(), cut_off) == [LabelCode.PAUSED, LabelCode.SYNC_PENDING]


def test_the_outcome_behind_a_link_has_the_labels_of_the_link() -> None:
    """The friend's page and the list of attempts say the same, by row."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    said = labels(story.outcome("claim"), EVERYTHING)
    assert said == labels(_linked(), EVERYTHING)
    assert [label.row for label in said] == [3, 25, 41, 45, 47]
    assert all(label.reason for label in said)
    story.loses(P)
    assert labels(story.outcome("claim"), EVERYTHING) == said


def test_held_and_ended_claims_have_no_label() -> None:
    """What is decided does not change with the circumstances."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    story.unlinks(HANA, P, by=Decider.MERCHANT)
    story.claims("held", HANA)
    story.looks_up("held", HANA, found(P))
    for key in ("claim", "held"):
        assert labels(story.result().outcomes[FactKey(key)], EVERYTHING) == ()


def test_clear_circumstances_say_nothing() -> None:
    """The defaults are the ordinary state: no label on an open claim or a link."""
    assert labels(_open(), CLEAR) == labels(_linked(), CLEAR) == ()
