"""The traps that brute force found in earlier drawings, one example each.

The random histories cover them too; here each can be read.
"""

from __future__ import annotations

import pytest

from marketing_agent.core.components import components
from marketing_agent.core.facts import Decider, Evidence, Method, StopReason
from marketing_agent.core.match import NoProfile
from marketing_agent.core.resolve import resolve
from tests.core.story import HANA, KENJI, P, Q, R, Story, found, minutes


def test_a_late_lookup_never_hijacks() -> None:
    """The older claim gets its answer when the profile is taken: it is held."""
    story = Story()
    story.follows(HANA)
    story.follows(KENJI)
    story.claims("older", HANA)
    story.matches("faster", KENJI, P)
    story.looks_up("older", HANA, found(P))
    assert story.says("older") == ("conflict_held", 31)
    assert story.pairs() == {(KENJI, P)}


def test_a_second_answer_never_moves_a_claim() -> None:
    """The first lookup that names a candidate is the claim's; later ones are noise."""
    story = Story()
    story.matches("claim", HANA, P)
    story.looks_up("claim", HANA, found(Q))
    story.looks_up("claim", HANA, NoProfile(row=12))
    story.follows(HANA)
    story.looks_up("claim", HANA, found(R))
    assert story.pairs() == {(HANA, P)}


def test_a_held_claim_never_revives() -> None:
    """Held is for good: the end that becomes free later stays free."""
    story = Story()
    story.follows(HANA)
    story.follows(KENJI)
    story.matches("first", HANA, P)
    story.matches("held", KENJI, P)
    story.unlinks(HANA)
    story.unfollows(KENJI)
    story.follows(KENJI)
    story.looks_up("held", KENJI, found(P))
    assert story.says("held") == ("conflict_held", 31)
    assert story.pairs() == set()


@pytest.mark.parametrize("evidence", Evidence)
@pytest.mark.parametrize("method", tuple(Method)[:4])
def test_no_claim_of_any_evidence_moves_a_live_link(
    method: Method, evidence: Evidence
) -> None:
    """Neither end of a link is taken, whatever says so and however strongly."""
    for user, profile in ((KENJI, P), (HANA, Q)):
        story = Story()
        story.follows(HANA)
        story.follows(KENJI)
        story.matches("live", HANA, P)
        told = profile if method is Method.IMPORT else None
        fields = {"method": method, "evidence": evidence, "profile": told}
        story.claims("strong", user, **fields)
        story.looks_up("strong", user, found(profile))
        assert story.pairs() == {(HANA, P)}
        assert story.says("strong")[0] == "conflict_held"


def test_an_unlink_beats_the_claim_whose_answer_is_still_out() -> None:
    """The older claim ends with the decision, whenever its lookup comes."""
    story = Story()
    story.follows(HANA)
    story.claims("slow", HANA)
    story.matches("fast", HANA, P)
    story.unlinks(HANA)
    story.looks_up("slow", HANA, found(P))
    assert story.says("slow") == ("decided_otherwise", 48)
    assert story.pairs() == set()


def test_a_login_from_before_the_unlink_does_not_lift_it() -> None:
    """Stored later but made earlier: the customer's unlink is the newer word."""
    story = Story()
    story.follows(HANA)
    story.matches("first", HANA, P)
    story.unlinks(HANA, at=minutes(10))
    story.claims("delayed", HANA, at=minutes(9))
    story.looks_up("delayed", HANA, found(P))
    assert story.says("delayed") == ("suppressed_unlink", 26)
    story.claims("same moment", HANA, at=minutes(10))
    story.looks_up("same moment", HANA, found(P))
    assert story.pairs() == set()


def test_of_two_unlinks_the_newer_one_counts_whichever_is_stored_first() -> None:
    """A delayed older unlink does not shorten the reach of the newer one."""
    story = Story()
    story.follows(HANA)
    story.matches("first", HANA, P)
    story.unlinks(HANA, at=minutes(20))
    story.unlinks(HANA, at=minutes(5))
    story.claims("between", HANA, at=minutes(10))
    story.looks_up("between", HANA, found(P))
    assert story.says("between") == ("suppressed_unlink", 26)
    story.claims("after", HANA, at=minutes(21))
    story.looks_up("after", HANA, found(P))
    assert story.pairs() == {(HANA, P)}


def test_a_link_lifts_an_unlink_for_later_imports_as_well() -> None:
    """After a new consent the old unlink is spent, and a merchant's is not."""
    story = Story()
    story.follows(HANA)
    story.matches("first", HANA, P)
    story.unlinks(HANA)
    story.matches("again", HANA, P)
    story.unlinks(HANA, P, by=Decider.MERCHANT)
    story.sights("sighting", HANA, Q)
    assert story.pairs() == {(HANA, Q)}


def test_a_pin_on_a_live_link_ends_the_older_open_claims_too() -> None:
    """Confirming by hand is a decision about both ends."""
    story = Story()
    story.matches("open", KENJI, P)
    story.follows(HANA)
    story.matches("live", HANA, P)
    story.pins(HANA, P)
    assert story.says("open") == ("decided_otherwise", 48)
    (link,) = story.result().links
    assert (link.made_by, link.evidence) == ("live", Evidence.MERCHANT)


def test_a_claim_ended_by_one_thing_is_not_ended_again_by_another() -> None:
    """The first cause stays the reason: outcomes do not flicker."""
    story = Story()
    story.matches("open", KENJI, P)
    story.follows(HANA)
    story.pins(HANA, P)
    story.loses(P)
    story.stops("open", KENJI, StopReason.DECLINED)
    story.forgets(KENJI)
    assert story.says("open") == ("decided_otherwise", 48)


def test_a_late_answer_finds_the_first_decision_on_its_profile() -> None:
    """The claim ended with the pin, whatever happened to the profile after it."""
    story = Story()
    story.claims("slow", KENJI)
    story.follows(HANA)
    story.pins(HANA, P)
    story.loses(P)
    story.looks_up("slow", KENJI, found(P))
    assert story.says("slow") == ("decided_otherwise", 48)


def test_of_two_stops_the_first_one_counts_also_before_the_claim() -> None:
    """The reason does not depend on whether the claim was stored yet."""
    for claimed_first in (True, False):
        story = Story()
        if claimed_first:
            story.claims("claim", HANA)
        story.stops("claim", HANA, StopReason.DECLINED)
        story.stops("claim", HANA, StopReason.BLOCKED)
        if not claimed_first:
            story.claims("claim", HANA)
        assert story.says("claim") == ("declined", 40)


def test_a_lost_profile_is_not_blamed_for_a_claim_on_another() -> None:
    """It ends the LINE user's other open claims, and the reason stays true."""
    story = Story()
    story.claims("elsewhere", HANA)
    story.follows(HANA)
    story.matches("linked", HANA, P)
    story.loses(P)
    story.looks_up("elsewhere", HANA, found(Q))
    assert story.says("elsewhere") == ("decided_otherwise", 48)


def test_an_erasure_is_not_told_about_someone_else() -> None:
    """A claim of another LINE user ends, but not because *their* data was erased."""
    story = Story()
    story.matches("theirs", KENJI, P)
    story.follows(HANA)
    story.matches("mine", HANA, P)
    story.forgets(HANA)
    assert story.says("mine") == ("erased", 44)
    assert story.says("theirs") == ("decided_otherwise", 48)


def test_a_webhook_from_before_the_form_confirms_nothing() -> None:
    """The window is 24 hours from the submission, both ends included."""
    for hours, code in ((-1, "waiting_confirmation"), (0, "linked"), (24, "linked")):
        story = Story()
        story.follows(HANA)
        story.submits("claim", HANA)
        story.looks_up("claim", HANA, found(P))
        story.confirms(P, at=minutes(1 + 60 * hours))
        assert story.says("claim")[0] == code


def test_an_older_unfollow_that_arrives_late_changes_nothing() -> None:
    """LINE redelivers events late and out of order; the latest by `at` holds."""
    story = Story()
    story.follows(HANA, at=minutes(10))
    story.unfollows(HANA, at=minutes(9))
    story.matches("claim", HANA, P)
    assert story.pairs() == {(HANA, P)}


def test_addresses_forms_and_settings_join_no_component() -> None:
    """Two people who share a form and a moment are resolved apart."""
    story = Story()
    for user, key, profile in ((HANA, "hana", P), (KENJI, "kenji", Q)):
        story.follows(user)
        story.submits(key, user)
        story.looks_up(key, user, found(profile))
    story.confirms(P)
    assert sorted(len(part) for part in components(story.facts)) == [3, 4]
    merged = story.merges(HANA, P, Q)
    assert len(components(story.facts)) == 1
    assert resolve(story.facts).decisions[merged] is None
