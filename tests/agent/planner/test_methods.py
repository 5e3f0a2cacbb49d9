"""Conversations about the methods besides the custom QR code, and what follows."""

from __future__ import annotations

import pytest

from tests.agent.planner.playing import (
    FRIEND,
    NO_IMPORT,
    SOURCE,
    Play,
    form,
    form_linkage,
    found,
    how,
    linkage,
    preview,
    review,
)

FORM = {
    "form_id": "XyZ123",
    "cta_label": "Link with LINE",
    "landing_page": "https://shop.test/welcome",
}


def test_a_form_is_chosen_from_those_that_exist() -> None:
    """The form comes from Klaviyo's list, the rest from the merchant; then the card."""
    play = Play()
    play.say("Set up Form ID linkage")
    assert play.called == ["list_forms"]
    assert play.quick == ["Welcome (XyZ123)", "Footer (Abc789)"]
    assert "not live yet" in play.last.text
    assert "no form of that name" in play.say("Easter").text
    play.say("Welcome (XyZ123)")
    assert "https address" in play.say("Link with LINE").text
    assert "not the https address" in play.say("shop.test/welcome").text
    play.say("https://shop.test/welcome")
    assert play.proposed["args"] == FORM
    saved = play.approve().text
    assert form_linkage()["embed_code"] in saved
    assert form_linkage()["button_url"] in saved
    assert "flow" not in saved


def test_a_form_in_one_sentence() -> None:
    """What a sentence says outright needs no question, only a look at what exists."""
    play = Play()
    play.say(
        'Show a LINE link button after our form "Welcome" is submitted on '
        'https://shop.test/welcome, label "Join us on LINE", after double opt-in'
    )
    assert play.called == ["list_forms", "show_form_linkage", "configure_form_linkage"]
    assert play.proposed["args"] == {
        **FORM,
        "cta_label": "Join us on LINE",
        "timing": "flow",
        "trigger": "subscribed_to_list",
    }


def test_the_flow_settings_when_asked_for() -> None:
    """Timing by a flow asks for its trigger and tells what the Webhook action needs."""
    webhook = {
        "linking_url": "https://links.test/hooks/klaviyo/k/ab12cd34",
        "header": "X-Linking-Key",
        "secret_is_at": "https://links.test/settings",
        "submission_details": '{"form_id":"XyZ123"}',
        "last_call_at": None,
    }
    card = form_linkage(timing="flow", trigger="submitted_form", webhook=webhook)
    play = Play(
        data={
            "show_form_linkage": {"form_linkages": [form_linkage()]},
            "configure_form_linkage": card,
        }
    )
    play.say("Use a Klaviyo flow to decide when the form links")
    play.say("Welcome (XyZ123)")
    assert "Submitted Form" in play.quick
    play.say("Submitted Form")
    assert play.proposed["args"] == {
        **FORM,
        "timing": "flow",
        "trigger": "submitted_form",
    }
    saved = play.approve().text
    assert webhook["linking_url"] in saved
    assert webhook["secret_is_at"] in saved


def test_changing_a_form_keeps_the_rest() -> None:
    """What is not named stays as it was saved; a setting without a change is asked."""
    saved = {"form_linkages": [form_linkage()]}
    play = Play(data={"show_form_linkage": saved})
    play.say('Change the link button text of "Welcome" to "Join us"')
    assert play.proposed["args"] == {
        **FORM,
        "cta_label": "Join us",
        "timing": "immediate",
    }
    play = Play(data={"show_form_linkage": saved})
    play.say('Set up Form ID linkage for "Welcome"')
    assert "set up for this form already" in play.last.text
    play.say("https://shop.test/other")
    assert play.proposed["args"]["landing_page"] == "https://shop.test/other"


def test_a_form_in_japanese() -> None:
    """The same questions in Japanese; a Latin name does not change the language."""
    play = Play()
    play.say("フォームID連携を設定したい")
    assert "対象フォーム" in play.last.text
    assert "CTAラベル" in play.say("Welcome (XyZ123)").text
    play.say("LINEと連携する")
    play.say("https://shop.test/welcome")
    assert play.proposed["args"] == {**FORM, "cta_label": "LINEと連携する"}
    assert "ランディングページ埋め込みコード" in play.approve().text


def test_a_form_is_removed_only_in_so_many_words() -> None:
    """The form is one of those that are set up, and the sentence speaks of ending."""
    play = Play(data={"show_form_linkage": {"form_linkages": [form_linkage()]}})
    play.say("Remove the form linkage of Welcome")
    assert play.called == ["show_form_linkage", "remove_form_linkage"]
    assert play.proposed["args"] == {"form_id": "XyZ123"}
    assert "no longer links" in play.approve().text
    none = Play()
    assert "not set up for any form" in none.say("Remove the form linkage").text


def test_a_long_list_is_searched_by_name() -> None:
    """A form beyond those that are listed is looked for by the name answered."""
    cut = {"forms": [form(), "and 40 more"]}
    play = Play(data={"list_forms": cut})
    play.say("Set up Form ID linkage")
    assert "a part of the name" in play.last.text
    play._data["list_forms"] = {"forms": [form("Win001", "Winter raffle")]}
    play.say("Winter raffle")
    called = [call for m in play.messages for call in getattr(m, "tool_calls", [])]
    assert called[1]["args"] == {"name": "Winter raffle"}
    assert "link button say" in play.last.text


def test_the_import_shows_its_preview_first() -> None:
    """Segment and property are chosen, the preview told with a warning, then a card."""
    play = Play(data={"show_import": preview(looks_foreign=True, shared_ids=2)})
    play.say("Import the LINE User IDs that we already have in Klaviyo")
    assert play.quick == ["Old tool (SegOld)", "VIP (SegVip)"]
    play.say("Old tool (SegOld)")
    assert "line_uid: on 90 of the profiles looked at, 90 with" in play.last.text
    assert play.quick == ["line_uid", "Birthday"]
    play.say("line_uid")
    assert play.called[-2:] == ["show_import", "start_import"]
    before = play.last.text
    assert "90 valid LINE User IDs" in before
    assert "another LINE provider" in before
    assert 'the segment "Old tool", property "line_uid"' in before
    assert play.proposed["args"] == {"segment_id": "SegOld", "property": "line_uid"}
    assert "every 15 minutes" in play.approve().text


def test_the_import_in_one_japanese_sentence() -> None:
    """Names in the sentence are found in the lists, and nothing is asked again."""
    play = Play(data={"show_import": preview()})
    play.say("セグメント「Old tool」からプロパティline_uidでLINE IDをインポートして")
    assert play.proposed["args"] == {"segment_id": "SegOld", "property": "line_uid"}
    assert "有効なLINE User IDは90件" in play.last.text


def test_a_property_that_the_sample_lacks_can_be_typed() -> None:
    """It is taken exactly as written, upper and lower case."""
    play = Play(data={"show_import": preview(property="LINE_Id2")})
    play.say('Import the LINE User IDs from the Klaviyo segment "Old tool"')
    play.say("LINE_Id2")
    assert play.proposed["args"]["property"] == "LINE_Id2"


def test_stopping_an_import_needs_one() -> None:
    """What is not in force cannot be stopped; what is, is named before the card."""
    play = Play()
    assert "nothing to stop" in play.say("Stop the import").text
    assert play.called == ["show_import"]
    play = Play(data={"show_import": {**NO_IMPORT, "setting": SOURCE}})
    play.say("Stop the import")
    assert 'The import from "Old tool" would stop' in play.last.text
    assert play.proposed["args"] == {}


def test_a_preview_alone() -> None:
    """A preview asks for segment and property and starts nothing."""
    play = Play(data={"show_import": preview()})
    play.say("Preview the import before I start it")
    play.say("Old tool (SegOld)")
    play.say("line_uid")
    assert "80 of them of friends known here" in play.last.text
    assert "start_import" not in play.called


@pytest.mark.parametrize(
    ("said", "tool", "on"),
    [
        ("Turn on auto-link", "set_auto_link", True),
        ("Switch off auto-link by email or phone number", "set_auto_link", False),
        ("自動連携だけオフにできますか", "set_auto_link", False),
        ("Pause the Klaviyo integration", "set_integration", False),
        ("Turn the whole Klaviyo connection back on", "set_integration", True),
        ("連携全体を再開してください", "set_integration", True),
    ],
)
def test_switches(said: str, tool: str, on: bool) -> None:  # noqa: FBT001
    """The sentence says which way, and the words before the card say what it means."""
    play = Play()
    play.say(said)
    assert (play.proposed["name"], play.proposed["args"]) == (tool, {"on": on})
    assert len(play.last.text) > 40


def test_a_switch_without_a_direction_is_asked_about() -> None:
    """Neither on nor off is guessed."""
    play = Play()
    play.say("Turn auto-link on or off")
    assert play.quick == ["Turn it on", "Turn it off"]
    play.say("Turn it off")
    assert play.proposed["args"] == {"on": False}


def test_a_segment_with_its_conditions() -> None:
    """Conditions and name are heard; a segment without conditions is asked for them."""
    play = Play()
    play.say('Create a segment called "Not yet" of unlinked friends with the VIP tag')
    assert play.proposed["args"] == {
        "name": "Not yet",
        "klaviyo_id_linkage": "unlinked",
        "tags": ["VIP"],
    }
    assert "8 friends" in play.approve().text
    play = Play()
    play.say("Create a segment")
    assert play.quick == ["Unlinked friends", "Linked friends"]
    play.say("Linked friends")
    play.say("Our LINE people")
    assert play.proposed["args"] == {
        "name": "Our LINE people",
        "klaviyo_id_linkage": "linked",
    }


def test_a_vague_day_is_asked_for() -> None:
    """The planner knows no calendar: "this month" needs a date."""
    play = Play()
    play.say('Put friends who joined this month into a segment called "New"')
    assert "2026-10-01" in play.last.text
    play.say("2026-11-01")
    assert play.proposed["args"] == {"name": "New", "followed_since": "2026-11-01"}


def test_segments_are_looked_at_by_name() -> None:
    """The size of one segment is asked of the tool by its number."""
    play = Play()
    play.say('How many friends are in the segment "Unlinked"?')
    called = [call for m in play.messages for call in getattr(m, "tool_calls", [])]
    assert [call["args"] for call in called] == [{}, {"segment_id": 7}]


def test_a_segment_is_deleted_by_name() -> None:
    """Only a segment of ours, and only in so many words."""
    play = Play()
    play.say('Delete the segment "Unlinked"')
    assert play.proposed["args"] == {"segment_id": 7}
    assert "Its friends stay as they are" in play.last.text


def test_a_conflict_is_never_decided_for_the_merchant() -> None:
    """The item is looked up, both decisions are told, and the merchant picks."""
    play = Play(data={"query_linkage_status": linkage(review())})
    play.say("Resolve the held conflict")
    asked = play.last.text
    assert "Keep: everything stays" in asked
    assert f"friend {FRIEND} to profile 01BEFORE" in asked
    assert f"friend {'U' + 'e' * 32} to profile 01PROFILE" in asked
    play.say("Keep it as it is")
    assert play.proposed["args"] == {
        "line_user_id": FRIEND,
        "profile_id": "01PROFILE",
        "decision": "keep",
        "version": "0a1b2c3d",
    }


def test_several_profiles_are_a_choice() -> None:
    """Where several profiles are possible, the merchant names the right one."""
    held = linkage(review(FRIEND, "01AAA", "01BBB"))
    play = Play(data={"query_linkage_status": held})
    play.say("競合を解決したい")
    assert play.quick == ["01AAA", "01BBB"]
    play.say("01BBB")
    play.say("置き換える")
    assert play.proposed["args"]["profile_id"] == "01BBB"
    assert play.proposed["args"]["decision"] == "replace"


def test_after_a_conflict_the_list_is_read_again() -> None:
    """A decision on an outdated item is not tried twice with the same version."""
    play = Play(data={"query_linkage_status": linkage(review())})
    play.say("Resolve the held conflict")
    play.say("Keep it as it is")
    play.end("error", code="ChangedSince", message="This has changed.")
    play._data["query_linkage_status"] = linkage(review() | {"version": "ffffffff"})
    play.say("Try again")
    play.say(FRIEND)
    assert "Keep: everything stays" in play.last.text
    play.say("Replace the link")
    assert play.proposed["args"]["version"] == "ffffffff"


def test_nothing_to_decide() -> None:
    """An empty review list ends the request."""
    assert "Nothing waits" in Play().say("Resolve the conflict").text


def test_erasing_says_that_it_cannot_be_undone() -> None:
    """One person by LINE User ID, warned before the card; never everybody."""
    play = Play()
    play.say("A customer wants their data deleted")
    play.say(FRIEND)
    assert "cannot be undone" in play.last.text
    assert play.proposed["args"] == {"line_user_id": FRIEND}
    assert "cannot be undone" in play.approve().text
    play = Play()
    play.say("Erase everything about all friends")
    assert not play.last.tool_calls


def test_a_diagnosis_offers_its_remedy() -> None:
    """Findings come with evidence and fix; a yes brings the card, anything else not."""
    paused = found(
        "integration", remedy={"tool": "set_integration", "arguments": {"on": True}}
    )
    diagnosed = {"symptom": "not_linked", "findings": [paused], "left_out": 0}
    play = Play(data={"diagnose_linkage": diagnosed})
    told = play.say("Find out why nobody gets linked").text
    assert "Seen: seen: this" in told
    assert "To do: Mend it." in told
    assert "Pause or resume the integration" in told
    play.say("yes")
    assert play.proposed["args"] == {"on": True}
    play = Play(data={"diagnose_linkage": diagnosed})
    play.say("Find out why nobody gets linked")
    play.say("thanks")
    play.say("yes")
    assert not play.last.tool_calls


@pytest.mark.parametrize(
    ("said", "symptom"),
    [
        (
            "The link button does not appear after the form is submitted",
            "no_link_button",
        ),
        ("Our custom QR code shows no linking URL", "no_linking_url"),
        ("Find out why nobody gets linked", "not_linked"),
        (
            "ポップアップフォームにLINEのボタンが出ない、原因は何ですか",
            "no_link_button",
        ),
    ],
)
def test_symptoms(said: str, symptom: str) -> None:
    """The symptom is read from the sentence."""
    play = Play()
    play.say(said)
    (call,) = (c for m in play.messages for c in getattr(m, "tool_calls", []))
    assert call["args"] == {"symptom": symptom}


def test_an_unclear_symptom_is_asked_for() -> None:
    """The choices are those that can be looked into."""
    play = Play()
    play.say("Find out what is wrong")
    assert len(play.quick) == 4
    play.say(play.quick[1])
    assert how(play.last)["intent"] == "diagnose_linkage"
    assert play.called == ["diagnose_linkage"]


def test_the_status_tells_how_and_what_is_open() -> None:
    """Methods, the way to a link, hints and held pairs stand in the counts."""
    status = linkage(review()) | {
        "by_method": {"qr_link": 2},
        "funnel": [
            {
                "method": "qr_link",
                "name": "Newsletter",
                "opened": 9,
                "logged_in": 4,
                "friends": 3,
                "linked": 2,
            }
        ],
        "hints": [{"method": "import", "why": "They may be stored."}],
    }
    play = Play(data={"query_linkage_status": status})
    told = play.say("How many friends are linked?").text
    assert "Linked by: custom QR code 2." in told
    assert "9 opened → 4 logged in → 3 friends → 2 linked" in told
    assert "They may be stored." in told
    assert "1 wait for your decision" in told
    assert play.quick[0] == "Decide about a held link"
