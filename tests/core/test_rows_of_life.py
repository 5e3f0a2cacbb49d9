"""The rows about time, decisions, merges and erasures, and a repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.facts import Decider, StopReason
from marketing_agent.core.outcomes import Refusal
from tests.core.story import HANA, KENJI, P, Q, R, Story, found, minutes

if TYPE_CHECKING:
    from marketing_agent.core.signals import ProfileId


def test_row_02_a_repeated_fact_changes_nothing() -> None:
    """The same webhook, login or lookup again leaves links, audit and outcomes."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    once = story.result()
    for fact in tuple(story.facts):
        fields = {n: getattr(fact, n) for n in type(fact).__dataclass_fields__}
        del fields["key"], fields["stored"]
        story.tell(type(fact), fact.key, **fields)
    assert story.result() == once


def test_row_04_a_setting_removed_later_ends_what_is_open() -> None:
    """A claim that has linked is untouched; one that waits never links."""
    story = Story()
    story.follows(HANA)
    story.matches("linked", HANA, P)
    story.matches("waiting", KENJI, Q)
    for key, user in (("linked", HANA), ("waiting", KENJI)):
        story.stops(key, user, StopReason.SETTING_REMOVED)
    story.follows(KENJI)
    assert story.says("waiting") == ("setting_removed", 4)
    assert story.pairs() == {(HANA, P)}


def test_row_05_a_claim_completed_too_late_does_not_link() -> None:
    """The stored times decide, not the moment at which it is computed."""
    story = Story()
    story.claims("late", HANA, expires=minutes(1))
    story.looks_up("late", HANA, found(P))
    story.follows(HANA)
    assert story.says("late") == ("expired", 5)
    story.claims("in time", HANA, expires=minutes(4))
    story.looks_up("in time", HANA, found(P))
    assert story.says("in time") == ("linked", 28)


def test_row_09_a_value_blocked_later_ends_what_is_open() -> None:
    """A block stops claims not yet completed; unblocking has nothing to revive."""
    story = Story()
    story.matches("claim", HANA, P)
    story.stops("claim", HANA, StopReason.BLOCKED)
    story.follows(HANA)
    assert story.says("claim") == ("blocked_value", 9)


def test_row_23_a_claim_whose_profile_was_merged_says_so() -> None:
    """The open claim ends with its profile; the next one finds the survivor."""
    story = Story()
    story.follows(HANA)
    story.matches("linked", HANA, P)
    story.matches("waiting", KENJI, P)
    story.loses(P)
    assert story.says("waiting") == ("profile_gone", 24)
    story.merges(HANA, P, R)
    assert story.says("waiting") == ("profile_gone", 23)
    story.matches("again", HANA, R)
    assert story.says("again") == ("already_linked", 27)
    story.regains(P)
    assert story.says("waiting") == ("profile_gone", 24)


def test_row_24_a_profile_that_is_gone_suspends_its_link() -> None:
    """Both ends stay taken until a person has looked or the profile is back."""
    story = Story()
    story.follows(HANA)
    story.follows(KENJI)
    story.matches("claim", HANA, P)
    story.loses(P)
    assert story.says("claim") == ("suspended", 24)
    story.matches("other", HANA, Q)
    story.matches("theirs", KENJI, P)
    assert story.says("other") == ("conflict_held", 33)
    assert story.says("theirs") == ("profile_gone", 24)
    story.regains(P)
    assert story.says("claim") == ("linked", 28)
    assert story.pairs() == {(HANA, P)}


def test_row_24_only_a_later_read_brings_a_profile_back() -> None:
    """A read that began before the 404 and was stored after it proves nothing."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    story.loses(P, at=minutes(10))
    story.regains(P, at=minutes(9))
    assert story.says("claim") == ("suspended", 24)
    story.regains(P, at=minutes(11))
    story.loses(P, at=minutes(8))
    assert story.says("claim") == ("linked", 28)


def test_row_38_a_removed_import_value_ends_an_open_sighting() -> None:
    """The claim lives as long as the value it stands on; the link does not care."""
    story = Story()
    story.sights("open", HANA, P)
    story.stops("open", HANA, StopReason.VALUE_CHANGED)
    story.follows(HANA)
    assert story.says("open") == ("value_changed", 38)
    story.sights("new", HANA, Q)
    story.stops("new", HANA, StopReason.VALUE_CHANGED)
    assert story.pairs() == {(HANA, Q)}


def test_row_40_a_customer_who_says_not_me_is_not_linked() -> None:
    """Declined is final for this claim, also when it arrives before the claim."""
    for declined_first in (True, False):
        story = Story()
        story.follows(HANA)
        if declined_first:
            story.stops("claim", HANA, StopReason.DECLINED)
        story.claims("claim", HANA)
        if not declined_first:
            story.stops("claim", HANA, StopReason.DECLINED)
        story.looks_up("claim", HANA, found(P))
        assert story.says("claim") == ("declined", 40)
        assert story.pairs() == set()


def test_row_42_a_link_follows_a_merge() -> None:
    """The same link, on the surviving profile, and the outcome names that one."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    story.loses(P)
    story.merges(HANA, P, R)
    assert story.says("claim") == ("linked", 42)
    (link,) = story.result().links
    assert (link.made_by, link.profile, link.suspended) == ("claim", R, False)
    assert story.outcome("claim").profile == R


def test_row_42_a_followed_link_that_was_suspended_resumes_where_it_is() -> None:
    """After gone and back, the outcome still names the survivor."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    story.merges(HANA, P, R)
    story.loses(R)
    assert story.outcome("claim").profile == R
    story.regains(R)
    assert story.says("claim") == ("linked", 42)
    assert story.outcome("claim").profile == R


def test_row_43_a_merge_into_a_taken_profile_is_left_to_the_merchant() -> None:
    """The survivor keeps its LINE user, and the suspended link says why."""
    story = Story()
    story.follows(HANA)
    story.follows(KENJI)
    story.matches("hana", HANA, P)
    story.matches("kenji", KENJI, R)
    story.loses(P)
    merge = story.merges(HANA, P, R)
    assert story.result().decisions[merge] is Refusal.PROFILE_TAKEN
    assert story.says("hana") == ("suspended", 43)
    assert story.pairs() == {(HANA, P), (KENJI, R)}
    story.regains(P)
    story.loses(P)
    assert story.says("hana") == ("suspended", 24)


@pytest.mark.parametrize("named", [None, P])
def test_row_44_an_erased_person_is_unlinked_and_stays_so(
    named: ProfileId | None,
) -> None:
    """Link and open claims end; only a new login of that person links again."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    story.forgets(HANA, named)
    assert story.says("claim") == ("erased", 44)
    story.sights("sighting", HANA, P)
    assert story.pairs() == set()
    story.matches("again", HANA, P)
    assert story.pairs() == {(HANA, P)}


@pytest.mark.parametrize("by", Decider)
def test_row_48_an_unlink_says_who_did_it(by: Decider) -> None:
    """The link is removed and every claim behind it says by whom."""
    story = Story()
    story.follows(HANA)
    story.matches("first", HANA, P)
    story.matches("second", HANA, P)
    story.unlinks(HANA, P, by=by)
    assert story.says("first") == story.says("second") == ("unlinked", 48)
    who = {Decider.MERCHANT: "you", Decider.CUSTOMER: "the customer"}[by]
    assert story.outcome("first").reason == f"Unlinked by {who}."
    assert story.pairs() == set()


def test_row_48_replace_is_unlink_and_pin() -> None:
    """The old claim says that someone else was linked instead."""
    story = Story()
    story.follows(HANA)
    story.follows(KENJI)
    story.matches("old", HANA, P)
    story.matches("held", KENJI, P)
    story.unlinks(HANA, P, by=Decider.MERCHANT, replacing=True)
    story.pins(KENJI, P)
    assert story.pairs() == {(KENJI, P)}
    assert story.says("old") == ("replaced", 48)
    assert story.says("held") == ("already_linked", 27)
    story.unlinks(KENJI, P, by=Decider.MERCHANT)
    assert story.says("held") == ("conflict_held", 31)


def test_row_48_keep_is_a_decision_too() -> None:
    """A held claim that the merchant has seen says so, and a newer one does not."""
    story = Story()
    story.follows(HANA)
    story.matches("first", HANA, P)
    story.matches("seen", HANA, Q)
    story.keeps(HANA, Q)
    story.matches("new", HANA, Q)
    assert story.says("seen") == ("kept", 48)
    assert story.says("new") == ("conflict_held", 33)
    story.keeps(HANA, Q, taken_back=True)
    assert story.says("seen") == ("conflict_held", 33)
    assert story.pairs() == {(HANA, P)}


def test_row_48_undo_is_refused_where_an_end_was_taken_since() -> None:
    """Pin and unlink say no with a reason, and change nothing."""
    story = Story()
    early = story.pins(HANA, P)
    story.follows(HANA)
    story.follows(KENJI)
    unlinked = story.unlinks(HANA, P, by=Decider.MERCHANT)
    story.pins(HANA, P)
    taken = story.pins(KENJI, P)
    elsewhere = story.pins(HANA, Q)
    story.loses(R)
    gone = story.pins(KENJI, R)
    assert story.result().decisions == {
        early: Refusal.NOT_A_FRIEND,
        unlinked: Refusal.NOT_LINKED,
        "pin-4": None,
        taken: Refusal.PROFILE_TAKEN,
        elsewhere: Refusal.LINE_USER_TAKEN,
        gone: Refusal.PROFILE_GONE,
    }
    assert story.pairs() == {(HANA, P)}


def test_row_48_a_decision_ends_the_older_open_claims_on_both_ends() -> None:
    """Nothing links by itself later: neither to the LINE user nor to the profile."""
    story = Story()
    story.matches("theirs", KENJI, P)
    story.claims("unanswered", HANA)
    story.follows(HANA)
    story.pins(HANA, P)
    story.unlinks(HANA, P, by=Decider.MERCHANT)
    story.follows(KENJI)
    story.looks_up("unanswered", HANA, found(Q))
    assert story.says("theirs") == ("decided_otherwise", 48)
    assert story.says("unanswered") == ("decided_otherwise", 48)
    assert story.pairs() == set()


def test_row_48_a_merge_does_not_undo_an_unlink() -> None:
    """What the merchant took apart is not put together by Klaviyo."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, R)
    story.unlinks(HANA, R, by=Decider.MERCHANT)
    story.pins(HANA, P)
    merge = story.merges(HANA, P, R)
    assert story.result().decisions[merge] is Refusal.UNLINKED_BEFORE
    assert story.pairs() == {(HANA, P)}
