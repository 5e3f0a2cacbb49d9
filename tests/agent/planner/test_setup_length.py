"""How many messages a merchant who answers plainly needs, in the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.sandbox.klaviyo.form_building import popup_form
from tests.agent.planner.playing import planner
from tests.agent.talk import YES, talking_to

if TYPE_CHECKING:
    from tests.agent.talk import Talk

MOST_MESSAGES = 6
OPENING = "Please help me set up the Klaviyo integration"
LINE_USER = f"U{'1' * 32}"
PAGE = "https://shop.test/welcome"
PLAIN_ANSWERS = {
    "create_qr_link": (OPENING, "Yes", "Custom QR code"),
    "configure_form_linkage": (
        OPENING,
        "Yes",
        "Form ID linkage",
        "Welcome (XyZ123)",
        PAGE,
    ),
    "start_import": (
        OPENING,
        "No",
        "Import of LINE User IDs",
        "Old tool (SegOld)",
        "line_uid",
    ),
}


def _stock(talk: Talk) -> None:
    """A shop with a live form, and with LINE User IDs of another tool."""
    klaviyo = talk.desk.klaviyo
    klaviyo.forms.add("Welcome", form_id="XyZ123", definition=popup_form())
    klaviyo.segments.add("Old tool", segment_id="SegOld")
    profile = klaviyo.add_profile(properties={"line_uid": LINE_USER})
    klaviyo.segments.put("SegOld", profile)


@pytest.mark.parametrize("write", list(PLAIN_ANSWERS))
async def test_the_first_method_is_verified_within_six_messages(
    write: str, database_url: str
) -> None:
    """From the opening to the live checks, the approval included."""
    async with talking_to(planner(), database_url) as talk:
        _stock(talk)
        for sentence in PLAIN_ANSWERS[write]:
            heard = await talk.say(sentence)
        (card,) = heard.cards
        assert card["metadata"]["tool"] == write
        heard = await talk.answer({card["id"]: YES})
        assert len(PLAIN_ANSWERS[write]) + 1 <= MOST_MESSAGES
        assert "I have checked" in heard.text
        assert heard.error is None


async def test_the_plan_is_told_and_kept(database_url: str) -> None:
    """The stream has it as an event, and the conversation after a reload."""
    async with talking_to(planner(), database_url) as talk:
        _stock(talk)
        heard = await talk.say(OPENING)
        told = [e["value"] for e in heard.events if e.get("name") == "plan"]
        state = {step["name"]: step["state"] for step in told[-1]}
        assert state["check_setup"] == state["read_facts"] == "done"
        assert state["email"] == "now"
        assert state["form"] == state["ids"] == "skipped"
        assert (await talk.reload())["plan"] == told[-1]


async def test_the_set_up_goes_on_next_week(database_url: str) -> None:
    """What was told is known, facts are read anew, what is set up is left alone."""
    async with talking_to(planner(), database_url) as talk:
        _stock(talk)
        for sentence in (OPENING, "Yes", "Custom QR code"):
            heard = await talk.say(sentence)
        (card,) = heard.cards
        await talk.answer({card["id"]: YES})
        assert "stopped" in (await talk.say("Stop the set-up")).text
        heard = await talk.say("Let us continue the set-up")
        assert "newsletters" not in heard.text
        assert "already set up" in heard.text
        plan = (await talk.reload())["plan"]
        assert {"create": "done", "configure": "to_come", "pick": "now"}.items() <= {
            step["name"]: step["state"] for step in plan
        }.items()


async def test_check_it_now_really_looks(database_url: str) -> None:
    """After the hand-over a sentence runs the live checks of what was saved."""
    async with talking_to(planner(), database_url) as talk:
        _stock(talk)
        for sentence in PLAIN_ANSWERS["configure_form_linkage"]:
            heard = await talk.say(sentence)
        (card,) = heard.cards
        heard = await talk.answer({card["id"]: YES})
        assert "still open" in heard.text
        heard = await talk.say("Done, please check")
        assert "button of the Success screen" in heard.text


PRESSED = {
    "en": (OPENING, "Yes"),
    "ja": ("Klaviyo連携の設定を手伝ってください", "はい"),
    "zh-Hant": ("請協助我設定 Klaviyo 整合", "是"),
    "th": ("ช่วยตั้งค่าการเชื่อมต่อกับ Klaviyo ให้หน่อย", "ใช่"),
}
"""Three of the four are also titles of help pages or of tools."""


@pytest.mark.parametrize("language", list(PRESSED))
async def test_an_offered_method_is_picked_by_its_reply(
    language: str, database_url: str
) -> None:
    """Pressing what the plan offers goes on with the plan, in every language."""
    async with talking_to(planner(), database_url) as talk:
        _stock(talk)
        for sentence in PRESSED[language]:
            heard = await talk.say(sentence)
        offered = [e for e in heard.events if e.get("name") == "quick_replies"]
        heard = await talk.say(offered[-1]["value"][0])
        (card,) = heard.cards
        assert card["metadata"]["tool"] == "create_qr_link"
        assert card["metadata"]["before"] is None
