"""What is recommended over HTTP, and the facts that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marketing_agent.sandbox.klaviyo.form_building import popup_form

if TYPE_CHECKING:
    from tests.desk import Desk

LINE_USER = f"U{'1' * 32}"


def _by_method(block: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["method"]: each for each in block["methods"]}


def _stores_ids(desk: Desk) -> None:
    desk.klaviyo.segments.add("Old tool", segment_id="SegOld")
    for _ in range(3):
        profile = desk.klaviyo.add_profile(properties={"line_uid": LINE_USER})
        desk.klaviyo.segments.put("SegOld", profile)


async def test_each_method_has_its_fact(desk: Desk) -> None:
    """Live forms, stored IDs with Klaviyo's count, and emails as told."""
    desk.klaviyo.forms.add("Welcome", form_id="XyZ123", definition=popup_form())
    draft = popup_form()
    desk.klaviyo.forms.add("Draft", form_id="AbC1", status="draft", definition=draft)
    _stores_ids(desk)
    block = await desk.block("recommend_methods", {"sends_emails": True})
    advice = _by_method(block)
    assert [each["name"] for each in block["forms"]] == ["Welcome"]
    (source,) = block["sources"]
    assert (source["segment_id"], source["property"]) == ("SegOld", "line_uid")
    assert source["line_user_ids"] == 3
    assert advice["import"]["reach"] == 3
    assert advice["import"]["because"] == "ids_seen"
    assert advice["form_linkage"]["because"] == "live_forms"
    assert advice["qr_link"]["because"] == "sends_emails"
    assert advice["qr_link"]["reach"] is None
    assert {each["fit"] for each in advice.values()} == {"yes"}


async def test_what_nobody_knows_is_asked_for(desk: Desk) -> None:
    """An empty Klaviyo account speaks against form and import; emails stay open."""
    advice = _by_method(await desk.block("recommend_methods"))
    assert advice["qr_link"]["fit"] == "ask"
    assert advice["form_linkage"]["because"] == "no_live_form"
    assert advice["import"]["because"] == "no_ids_seen"
    assert advice["auto_link"]["fit"] == "yes"


async def test_a_klaviyo_that_does_not_answer_is_said_so(desk: Desk) -> None:
    """The rest is recommended all the same, with the reason; nothing fails."""
    desk.klaviyo.faults.answer(401)
    block = await desk.block("recommend_methods", {"has_form": True})
    advice = _by_method(block)
    assert "Klaviyo" in block["unread"]
    assert block["live_forms"] is None
    assert advice["form_linkage"]["because"] == "told_form"
    assert advice["import"]["fit"] == "ask"
