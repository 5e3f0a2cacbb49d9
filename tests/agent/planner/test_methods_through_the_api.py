"""Each method from the merchant's sentence to the change, in the real loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo.form_building import popup_form
from tests.agent.planner.playing import planner
from tests.agent.talk import QR_CODE, YES, talking_to

if TYPE_CHECKING:
    from tests.agent.talk import Heard, Talk

LINE_USER = f"U{'1' * 32}"


async def _said(talk: Talk, *sentences: str) -> Heard:
    """Say one after the other; gives what was heard last."""
    for sentence in sentences:
        heard = await talk.say(sentence)
    return heard


async def _yes(talk: Talk, heard: Heard) -> Heard:
    (card,) = heard.cards
    return await talk.answer({card["id"]: YES})


def _segment(talk: Talk) -> None:
    klaviyo = talk.desk.klaviyo
    klaviyo.segments.add("Old tool", segment_id="SegOld")
    profile = klaviyo.add_profile(properties={"line_uid": LINE_USER})
    klaviyo.segments.put("SegOld", profile)


async def test_a_form_from_the_setup(database_url: str) -> None:
    """The setup leads to a form's embed code and button URL; then it is removed."""
    async with talking_to(planner(), database_url) as talk:
        form = popup_form()
        talk.desk.klaviyo.forms.add("Welcome", form_id="XyZ123", definition=form)
        heard = await _said(talk, "Help me set up ID linkage", "No")
        assert "Live forms in Klaviyo: 1" in heard.text
        heard = await _said(talk, "Welcome (XyZ123)", "https://shop.test/welcome")
        heard = await _yes(talk, heard)
        assert "/embed/" in heard.text
        assert "Success Screen Button URL" in heard.text
        shown = await talk.desk.block("show_form_linkage")
        (card,) = shown["form_linkages"]
        assert card["cta_label"] == "Link with LINE"
        await _yes(talk, await talk.say("Remove the form linkage of Welcome"))
        shown = await talk.desk.block("show_form_linkage")
        assert shown["form_linkages"] == []


async def test_an_import_in_japanese(database_url: str) -> None:
    """Segment and property from Klaviyo's lists, preview, start, and end."""
    async with talking_to(planner(), database_url) as talk:
        _segment(talk)
        heard = await _said(
            talk, "既存のLINE User IDを取り込みたい", "Old tool (SegOld)", "line_uid"
        )
        assert "有効なLINE User IDは1件" in heard.text
        heard = await _yes(talk, heard)
        assert "インポートを開始しました" in heard.text
        shown = await talk.desk.block("show_import")
        assert shown["setting"]["property"] == "line_uid"
        await _yes(talk, await talk.say("インポートを停止して"))
        assert (await talk.desk.block("show_import"))["setting"] is None


async def test_auto_link_and_the_integration(database_url: str) -> None:
    """Both switches answer to a sentence, and undoing puts the last one back."""
    async with talking_to(planner(), database_url) as talk:
        heard = await _yes(talk, await talk.say("Stop auto-link, switch it off"))
        assert "Auto-link is off" in heard.text
        heard = await _yes(talk, await talk.say("Pause the Klaviyo integration"))
        assert "is paused" in heard.text
        heard = await _yes(talk, await talk.say("Undo that"))
        heard = await _yes(talk, await talk.say("Turn on auto-link"))
        assert "Auto-link by email address or phone number is on." in heard.text


async def test_a_segment_of_the_unlinked(database_url: str) -> None:
    """A segment is saved from a sentence, counted by its name, and deleted."""
    async with talking_to(planner(), database_url) as talk:
        asked = 'Create a segment called "Not linked yet" of unlinked friends'
        await _yes(talk, await talk.say(asked))
        heard = await talk.say('How many friends are in the segment "Not linked yet"?')
        assert "0 friends now" in heard.text
        await _yes(talk, await talk.say('Delete the segment "Not linked yet"'))
        assert (await talk.desk.block("show_segments"))["segments"] == []


async def test_a_finding_is_mended_from_the_chat(database_url: str) -> None:
    """A paused integration is found, its remedy offered, approved and carried out."""
    async with talking_to(planner(), database_url) as talk:
        await talk.desk.write("create_qr_link", QR_CODE)
        await talk.desk.write("set_integration", {"on": False})
        heard = await talk.say("Our custom QR code shows no linking URL")
        assert "Pause or resume the integration" in heard.text
        heard = await _yes(talk, await talk.say("yes"))
        assert "The Klaviyo integration is on" in heard.text
