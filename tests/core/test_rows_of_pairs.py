"""The rows that the sweep decides once a claim has named its candidate."""

from __future__ import annotations

import pytest

from marketing_agent.core.facts import Decider, Evidence, Method, StopReason
from tests.core.story import HANA, KENJI, P, Q, R, Story, found


def test_row_26_a_merchants_unlink_bars_even_a_new_login() -> None:
    """What the merchant unlinked stays unlinked, whatever the customer does."""
    story = Story()
    story.follows(HANA)
    story.matches("first", HANA, P)
    story.unlinks(HANA, P, by=Decider.MERCHANT)
    story.matches("again", HANA, P)
    assert story.says("again") == ("suppressed_unlink", 26)
    assert "Only you can link them again" in story.outcome("again").reason
    story.pins(HANA, P)
    assert story.pairs() == {(HANA, P)}


def test_row_26_a_customers_unlink_is_lifted_by_a_newer_login_only() -> None:
    """Imports and auto-link lift nothing; the customer's own new login does."""
    story = Story()
    story.follows(HANA)
    story.matches("first", HANA, P)
    story.unlinks(HANA)
    story.sights("sighting", HANA, Q)
    assert story.says("sighting") == ("suppressed_unlink", 26)
    story.claims("sync", HANA, login=False, method=Method.AUTO_LINK)
    story.looks_up("sync", HANA, found(P))
    assert story.says("sync") == ("suppressed_unlink", 26)
    story.matches("again", HANA, P)
    assert story.says("again") == ("linked", 28)


def test_row_27_a_second_claim_of_the_same_pair_changes_nothing() -> None:
    """The link keeps its maker; only the strongest evidence is remembered."""
    story = Story()
    story.follows(HANA)
    story.matches("first", HANA, P)
    story.claims("second", HANA, evidence=Evidence.BOTH_SIGNALS)
    story.looks_up("second", HANA, found(P))
    assert story.says("second") == ("already_linked", 27)
    story.matches("weaker", HANA, P)
    assert story.says("weaker") == ("already_linked", 27)
    (link,) = story.result().links
    assert (link.made_by, link.evidence) == ("first", Evidence.BOTH_SIGNALS)


def test_row_27_comes_before_the_choice_among_several() -> None:
    """One follow completes two claims of a linked friend: one repeats the link."""
    story = Story()
    story.follows(HANA)
    story.matches("first", HANA, P)
    story.unfollows(HANA)
    story.matches("same", HANA, P)
    story.matches("newer", HANA, Q)
    story.follows(HANA)
    assert story.says("same") == ("already_linked", 27)
    assert story.says("newer") == ("conflict_held", 33)


def test_row_28_a_friend_and_a_free_profile_are_linked() -> None:
    """The last missing thing is the lookup; the reason says what matched."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    assert story.pairs() == {(HANA, P)}
    assert story.says("claim") == ("linked", 28)
    assert story.outcome("claim").reason == "Linked: the email address matched."


def test_row_29_a_stranger_waits_and_the_profile_stays_free() -> None:
    """Someone who is not a friend reserves nothing: a friend takes the profile."""
    story = Story()
    story.matches("waiting", HANA, P)
    assert story.says("waiting") == ("waiting_friend", 29)
    story.follows(KENJI)
    story.matches("friend", KENJI, P)
    assert story.pairs() == {(KENJI, P)}


def test_row_29_a_form_waits_for_its_flow() -> None:
    """With flow timing, a friend's claim is not complete until the webhook comes."""
    story = Story()
    story.follows(HANA)
    story.submits("claim", HANA)
    story.looks_up("claim", HANA, found(P))
    assert story.says("claim") == ("waiting_confirmation", 29)
    assert "Klaviyo flow" in story.outcome("claim").reason
    story.confirms(P)
    assert story.says("claim") == ("linked", 28)


def test_row_30_an_opened_page_is_no_attempt() -> None:
    """Without a login there is no claim, and so nothing to account for."""
    story = Story()
    story.follows(HANA)
    assert not story.result().outcomes


def test_row_31_a_profile_that_is_taken_stays_where_it_is() -> None:
    """The second LINE user is held, and the first link does not move."""
    story = Story()
    story.follows(HANA)
    story.follows(KENJI)
    story.matches("first", HANA, P)
    story.matches("second", KENJI, P)
    assert story.says("second") == ("conflict_held", 31)
    assert story.pairs() == {(HANA, P)}


def test_row_32_a_foreign_line_property_decides_nothing() -> None:
    """Anyone with the public site id can write it, so no fact carries it."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    assert story.says("claim") == ("linked", 28)


def test_row_33_a_linked_line_user_stays_where_they_are() -> None:
    """A claim on another profile is held for the merchant."""
    story = Story()
    story.follows(HANA)
    story.matches("first", HANA, P)
    story.matches("second", HANA, Q)
    assert story.says("second") == ("conflict_held", 33)
    assert story.pairs() == {(HANA, P)}


def test_row_33_the_newest_login_wins_when_one_follow_completes_several() -> None:
    """One fact completed both: the newer login links and the older is held."""
    story = Story()
    story.matches("older", HANA, P)
    story.matches("newer", HANA, Q)
    story.sights("sighting", HANA, R)
    story.follows(HANA)
    assert story.pairs() == {(HANA, Q)}
    assert story.says("older") == story.says("sighting") == ("conflict_held", 33)
    assert "newer login" in story.outcome("older").reason


def test_row_33_without_a_login_nobody_wins() -> None:
    """A sighting and an auto-link that disagree are both held."""
    story = Story()
    story.sights("sighting", HANA, P)
    story.claims("sync", HANA, login=False, method=Method.AUTO_LINK)
    story.looks_up("sync", HANA, found(Q))
    story.follows(HANA)
    assert story.pairs() == set()
    assert story.says("sighting") == story.says("sync") == ("conflict_held", 33)


def test_row_34_stronger_evidence_moves_no_link() -> None:
    """What the table once relinked is held: no claim moves a live link."""
    for evidence in Evidence:
        story = Story()
        story.follows(HANA)
        story.matches("first", HANA, P)
        story.claims("strong", HANA, evidence=evidence)
        story.looks_up("strong", HANA, found(Q))
        assert story.says("strong") == ("conflict_held", 33)
        assert story.pairs() == {(HANA, P)}


def test_row_35_two_links_stay_when_a_claim_crosses_them() -> None:
    """Both ends are taken elsewhere, and both links stay."""
    story = Story()
    story.follows(HANA)
    story.follows(KENJI)
    story.matches("hana", HANA, P)
    story.matches("kenji", KENJI, Q)
    story.matches("cross", HANA, Q)
    assert story.says("cross") == ("conflict_held", 35)
    assert story.pairs() == {(HANA, P), (KENJI, Q)}


def test_row_36_one_line_user_id_on_two_profiles_is_held_twice() -> None:
    """Both sightings of one scan are held, with the number of profiles."""
    story = Story()
    story.follows(HANA)
    story.sights("on-p", HANA, P, on=2)
    story.sights("on-q", HANA, Q, on=2)
    assert story.says("on-p") == story.says("on-q") == ("conflict_held", 36)
    assert story.outcome("on-p").reason == "2 profiles carry this LINE User ID."
    assert story.pairs() == set()


def test_row_36_a_second_sighting_holds_the_first_that_still_waited() -> None:
    """The earlier scan saw one profile; by the time of the follow there are two."""
    story = Story()
    story.sights("earlier", HANA, P)
    story.sights("later", HANA, Q, on=2)
    story.follows(HANA)
    assert story.says("earlier") == story.says("later") == ("conflict_held", 36)
    assert story.pairs() == set()


def test_row_36_comes_after_the_rows_of_a_live_link() -> None:
    """First matching row wins: one sighting repeats the link, the other crosses it."""
    story = Story()
    story.follows(HANA)
    story.matches("claim", HANA, P)
    story.sights("on-p", HANA, P, on=2)
    story.sights("on-q", HANA, Q, on=2)
    assert story.says("on-p") == ("already_linked", 27)
    assert story.says("on-q") == ("conflict_held", 33)


def test_row_37_an_imported_stranger_waits_for_the_follow() -> None:
    """The ID is nobody's friend yet, or belongs to another LINE provider."""
    story = Story()
    story.sights("sighting", HANA, P)
    assert story.says("sighting") == ("waiting_friend", 37)
    story.follows(HANA)
    assert story.says("sighting") == ("linked", 28)
    assert "carried this LINE User ID" in story.outcome("sighting").reason


def test_row_39_two_line_users_behind_one_webhook_are_both_held() -> None:
    """The webhook names one profile; it cannot say which of the two submitted."""
    story = Story()
    story.follows(HANA)
    story.follows(KENJI)
    for key, user in (("hana", HANA), ("kenji", KENJI)):
        story.submits(key, user)
        story.looks_up(key, user, found(P))
    story.confirms(P)
    assert story.says("hana") == story.says("kenji") == ("conflict_held", 39)
    assert story.pairs() == set()


def test_row_39_a_rival_who_is_no_friend_yet_counts_too() -> None:
    """Being first to add the account proves nothing about the form."""
    story = Story()
    story.follows(HANA)
    for key, user in (("hana", HANA), ("kenji", KENJI)):
        story.submits(key, user)
        story.looks_up(key, user, found(P))
    story.confirms(P)
    story.follows(KENJI)
    assert story.says("hana") == story.says("kenji") == ("conflict_held", 39)


@pytest.mark.parametrize("over", ["declined", "erased"])
def test_row_39_a_rival_whose_claim_is_over_counts_no_more(over: str) -> None:
    """Only a claim that could still be the right one holds another."""
    story = Story()
    story.follows(HANA)
    for key, user in (("hana", HANA), ("kenji", KENJI)):
        story.submits(key, user)
        story.looks_up(key, user, found(P))
    if over == "declined":
        story.stops("kenji", KENJI, StopReason.DECLINED)
    else:
        story.forgets(KENJI)
    story.confirms(P)
    assert story.pairs() == {(HANA, P)}


def test_row_39_one_line_user_is_not_their_own_rival() -> None:
    """Someone who submits the form twice is linked, and linked already."""
    story = Story()
    story.follows(HANA)
    for key in ("first", "second"):
        story.submits(key, HANA)
        story.looks_up(key, HANA, found(P))
    story.confirms(P)
    assert story.pairs() == {(HANA, P)}
    assert {story.says("first")[0], story.says("second")[0]} == {
        "linked",
        "already_linked",
    }
