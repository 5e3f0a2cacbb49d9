"""While a question is open: reads that failed, other questions, other values."""

from __future__ import annotations

import pytest
from langchain_core.messages import ToolMessage

from tests.agent.planner.playing import EVERYTHING, READS, Play, form, how

SETS_UP = {
    "en": "Set up form linkage",
    "ja": "フォームID連携を設定したい",
    "zh-Hant": "我想設定表單 ID 連動",
    "th": "อยากตั้งค่าการเชื่อมโยง ID ผ่านฟอร์ม",
}
MANY = {
    "list_forms": {"forms": [form(), form("Foo123", "Footer"), "… 30 more"]},
}
DOWN = '{"status": "error", "code": "PlatformUnreachable", "message": "It is down."}'


def _open_form(play: Play) -> dict[str, object]:
    frame = how(play.last)["dialogue"]["frames"][-1]
    assert (frame["about"], frame["asks"]) == ("configure_form_linkage", "form")
    slots: dict[str, object] = frame["slots"]
    return slots


def _while_klaviyo_is_down(opening: str) -> Play:
    """The forms could not be read: the tool failed, and failed again."""
    play = Play()
    forms = play._data.pop("list_forms")
    play.say(opening)
    for _ in range(2):
        assert play.proposed["name"] == "list_forms"
        failed = ToolMessage(DOWN, tool_call_id=str(play.proposed["id"]))
        play._hear(failed)
    assert not play.last.tool_calls
    play._data["list_forms"] = forms
    return play


@pytest.mark.parametrize(
    ("language", "again"),
    [
        ("en", "Klaviyo should be back, please try again"),
        ("en", "Welcome"),
        ("ja", "もう一度お願いします"),
        ("zh-Hant", "再試一次"),
        ("th", "ลองอีกครั้ง"),
    ],
)
def test_after_an_outage_it_is_read_again(language: str, again: str) -> None:
    """Asking again, or naming the form, reads the forms; none is called missing."""
    play = _while_klaviyo_is_down(SETS_UP[language])
    before = len(play.called)
    play.say(again)
    assert "list_forms" in play.called[before:]
    assert "Welcome" in play.last.text or play.last.tool_calls or again == "Welcome"


def test_the_form_that_was_named_before_is_not_forgotten() -> None:
    """What is said to a failed read may be no name; the first sentence still counts."""
    play = _while_klaviyo_is_down('Set up form linkage for the form "Welcome"')
    play.say("it works now I think")
    frame = how(play.last)["dialogue"]["frames"][-1]
    assert frame["slots"]["form_id"] == "XyZ123"


def test_a_question_about_figures_is_no_condition() -> None:
    """It is answered, and what the segment is to hold is asked again."""
    play = Play()
    play.say('Create a segment "Chase up"')
    play.say("How many friends are linked?")
    assert play.called == ["query_linkage_status"]
    assert how(play.last)["dialogue"]["frames"][-1]["asks"] == "conditions"


def test_a_list_that_was_empty_is_read_again() -> None:
    """What was made in Klaviyo meanwhile is found; nothing is remembered as none."""
    play = Play(data={"list_forms": {"forms": []}})
    play.say(SETS_UP["en"])
    play._data["list_forms"] = {"forms": [form()]}
    play.say(SETS_UP["en"])
    assert "Welcome" in play.last.text


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("en", "where do I find that?"),
        ("en", "Why does the button not appear on my page?"),
        ("ja", "それはどこにありますか"),
        ("ja", "なぜボタンが表示されないのですか"),
        ("zh-Hant", "那個在哪裡找?"),
        ("zh-Hant", "為什麼按鈕沒有出現"),
        ("th", "ทำไมปุ่มไม่ขึ้น"),
        ("th", "ทำไมปุ่มไม่ขึ้นบนหน้าเว็บ"),
    ],
)
def test_a_question_is_no_name_of_a_form(language: str, asked: str) -> None:
    """It is answered by the help text or a diagnosis, and the form is asked again."""
    play = Play(data=MANY)
    play.say(SETS_UP[language])
    before = len(play.called)
    play.say(asked)
    assert set(play.called[before:]) & {"explain", "diagnose_linkage"}
    assert "list_forms" not in play.called[before:]
    assert _open_form(play) == {}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "https://shop.test/welcome"),
        ("en", "the page is https://shop.test/welcome"),
        ("ja", "ページは https://shop.test/welcome です"),
        ("zh-Hant", "網頁是 https://shop.test/welcome"),
        ("th", "หน้าคือ https://shop.test/welcome"),
    ],
)
def test_an_address_is_no_name_of_a_form(language: str, said: str) -> None:
    """It is kept as the landing page, and the form is asked for again."""
    play = Play(data=MANY)
    play.say(SETS_UP[language])
    play.say(said)
    assert _open_form(play) == {"landing_page": "https://shop.test/welcome"}
    assert "Footer" in play.last.text


@pytest.mark.parametrize(
    ("said", "unknown"),
    [
        ("Why is Hana Sato not linked?", "I do not have it"),
        ("Why is Hana Sato not linked?", "I don't know her LINE User ID"),
        ("花さんが連携されない原因を調べて", "わかりません"),
        ("王小明為什麼沒有連動", "我不知道"),
        ("ทำไมคุณฮานะไม่เชื่อมโยง", "ไม่รู้"),
    ],
)
def test_a_friend_whose_id_is_not_known(said: str, unknown: str) -> None:
    """There is a way on: the methods as a whole are looked at instead."""
    play = Play()
    assert not play.say(said).tool_calls
    assert len(play.quick) == 1
    play.say(unknown)
    assert play.called == ["diagnose_linkage"]
    assert how(play.last)["dialogue"]["frames"] == []


def test_a_friend_who_is_said_to_be_unlinked() -> None:
    """Who complains is one friend, not all of them; without an id the figures help."""
    play = Play()
    assert "Which friend?" in play.say("Hana says she is not linked").text
    play.say("I do not have it")
    assert play.called == ["query_linkage_status"]
    assert "2 of 10" in play.last.text


def test_ending_a_link_needs_the_id() -> None:
    """Where a write is about one friend there is no way around naming them."""
    play = Play()
    play.say("Unlink this friend")
    play.say("I do not have it")
    assert play.called == []
    assert not play.last.tool_calls


@pytest.mark.parametrize(
    "said",
    [
        "Why does the profile AoiNoS not get linked?",
        "プロフィール AoiNoS が連携されない原因を調べて",
        "為什麼個人檔案 AoiNoS 沒有連動",
        "ทำไมโปรไฟล์ AoiNoS ถึงไม่เชื่อมโยง",
    ],
)
def test_a_profile_by_an_older_id(said: str) -> None:
    """Six letters and digits after the word are looked into as a profile."""
    play = Play(offered=[each for each in EVERYTHING if each in READS])
    play._data.pop("diagnose_linkage")
    play.say(said)
    assert play.proposed["args"]["profile_id"] == "AoiNoS"


def test_a_linking_url_that_was_missed_is_shown() -> None:
    """The custom QR code is looked up by its name, looked into, and its URL told."""
    well = {"symptom": "no_linking_url", "findings": [], "left_out": 0}
    play = Play(data={"diagnose_linkage": well})
    play.say('The linking URL of our custom QR code "Newsletter" does not appear')
    assert play.called == ["show_qr_links", "diagnose_linkage"]
    assert "https://shop.test/l/abc2345678?email=" in play.last.text


@pytest.mark.parametrize(
    "said",
    [
        "Where is the linking URL? I have not saved the custom QR code yet.",
        "まだ保存していないのですが、連携URLはどこですか",
        "還沒儲存自訂 QR Code,連動網址在哪裡?",
        "ยังไม่ได้บันทึกคิวอาร์โค้ด URL สำหรับเชื่อมโยงอยู่ที่ไหน",
    ],
)
def test_what_is_not_saved_yet_is_explained(said: str) -> None:
    """There is nothing to show: the help text says when the linking URL comes."""
    play = Play()
    play.say(said)
    assert play.called == ["explain"]
