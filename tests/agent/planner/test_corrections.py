"""Something else that is said over an open card: another card, never the old one."""

from __future__ import annotations

import pytest

from tests.agent.planner.playing import Play, form, how

PHONE = {"phone_variable": "{{ person.phone_number|default:'' }}"}
CREATES = {
    "en": 'Create a custom QR code called "Spring" that matches by email address',
    "ja": "「Spring」という名前で、メールアドレスで照合するQRコードを作って",
    "zh-Hant": "建立一個叫「Spring」、用 Email 比對的自訂 QR Code",
    "th": 'สร้างคิวอาร์โค้ดแบบกำหนดเองชื่อ "Spring" โดยใช้อีเมลจับคู่',
}
FORMS = {
    "list_forms": {
        "forms": [form(), form("Foo123", "Footer"), form("Spr123", "Spring sale")]
    }
}
WITH_A_FORM = {
    "en": 'Set up Form ID linkage for the form "Welcome", label "Go",',
    "ja": "フォーム「Welcome」のフォームID連携を設定して。ボタンは「Go」、",
    "zh-Hant": "幫表單「Welcome」設定表單 ID 連動,按鈕文字「Go」,",
    "th": 'ตั้งค่าการเชื่อมโยง ID ผ่านฟอร์ม "Welcome" ข้อความปุ่ม "Go"',
}


def _over_a_card(opening: str, said: str, **data: dict[str, object]) -> Play:
    play = Play(data=data)
    play.say(opening)
    play.interject("superseded", said)
    return play


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "No, by phone, not by email"),
        ("en", "Sorry, it should match by phone number instead of email"),
        ("en", "rather by phone"),
        ("ja", "いや、メールではなく電話番号で"),
        ("ja", "いいえ、電話番号で"),
        ("zh-Hant", "不是 Email,是電話"),
        ("zh-Hant", "不,用電話,不要用 Email"),
        ("th", "ไม่ใช่ ใช้เบอร์โทร ไม่ใช่อีเมล"),
        ("th", "ไม่เอาอีเมล ใช้เบอร์โทร"),
    ],
)
def test_another_signal(language: str, said: str) -> None:
    """The new card has the other signal alone, and the name that was told."""
    play = _over_a_card(CREATES[language], said)
    about = play.proposed["args"]
    assert about == {"link_type": "klaviyo_linkage", "name": "Spring", **PHONE}
    assert play.called == ["create_qr_link", "create_qr_link"]


@pytest.mark.parametrize(
    ("language", "said", "name"),
    [
        ("en", "change the name to Summer Sale", "Summer Sale"),
        ("en", 'No, change the name to "Summer Sale"', "Summer Sale"),
        ("en", "no, call it Summer Sale", "Summer Sale"),
        ("ja", "いや、名前は夏セールにして", "夏セール"),
        ("zh-Hant", "不對,名稱改成夏季特賣", "夏季特賣"),
        ("th", "ไม่ใช่ เปลี่ยนชื่อเป็น ลดราคาหน้าร้อน", "ลดราคาหน้าร้อน"),
    ],
)
def test_another_name(language: str, said: str, name: str) -> None:
    """The new card has the new name; what was told besides stays."""
    about = _over_a_card(CREATES[language], said).proposed["args"]
    assert about["name"] == name
    assert about["email_variable"] == "{{ email }}"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "no, the other form, Spring sale"),
        ("en", 'I meant the form "Spring sale", not "Welcome"'),
        ("ja", "いや、別のフォーム、Spring saleで"),
        ("zh-Hant", "不對,是另一個表單 Spring sale"),
        ("th", "ไม่ใช่ อีกฟอร์ม Spring sale"),
    ],
)
def test_another_form(language: str, said: str) -> None:
    """Among three forms the one that is named; label and page are kept."""
    opening = f"{WITH_A_FORM[language]} https://shop.test/x"
    about = _over_a_card(opening, said, **FORMS).proposed["args"]
    assert about == {
        "form_id": "Spr123",
        "cta_label": "Go",
        "landing_page": "https://shop.test/x",
    }


def test_another_form_than_the_one_that_was_searched() -> None:
    """Where only the named form was read, the whole list is read for the other."""
    opening = f"{WITH_A_FORM['en']} https://shop.test/x"
    narrow = _over_a_card(opening, "yes", list_forms={"forms": [form()]})
    narrow._data["list_forms"] = FORMS["list_forms"]
    narrow.interject("superseded", 'No, the other form, "Spring sale"')
    assert narrow.called[-2:] == ["list_forms", "configure_form_linkage"]
    assert narrow.proposed["args"]["form_id"] == "Spr123"


@pytest.mark.parametrize(
    "said", ["No, Welcome popup", "no, the Welcome popup", "Actually, the Welcome form"]
)
def test_another_form_that_is_only_named(said: str) -> None:
    """The card is put away, all forms are read, and the one that is named proposed."""
    spring = form("Spr123", "Spring sale")
    others = {"forms": [spring, form("Wel123", "Welcome popup")]}
    if "form" in said:
        others = {"forms": [spring, form("Wel123", "Welcome form")]}
    opening = 'Set up Form ID linkage for the form "Spring sale", label "Go",'
    play = Play(data={"list_forms": {"forms": [spring]}})
    play.say(f"{opening} https://shop.test/x")
    play._data["list_forms"] = others
    play.interject("superseded", said)
    assert play.called[-2:] == ["list_forms", "configure_form_linkage"]
    assert play.proposed["args"]["form_id"] == "Wel123"
    assert play.proposed["args"]["cta_label"] == "Go"


def test_a_no_to_a_form_that_is_not_there_asks_which() -> None:
    """Nothing is proposed for a name that no form has."""
    spring = form("Spr123", "Spring sale")
    opening = 'Set up Form ID linkage for the form "Spring sale", label "Go",'
    play = Play(data={"list_forms": {"forms": [spring]}})
    play.say(f"{opening} https://shop.test/x")
    play._data["list_forms"] = {"forms": [spring, form("Foo123", "Footer")]}
    play.interject("superseded", "No, Welcome popup")
    assert not play.last.tool_calls
    assert "Footer" in play.last.text


@pytest.mark.parametrize("said", ["No", "no thanks", "いいえ", "不要", "ไม่เอา"])
def test_a_plain_no_only_rejects(said: str) -> None:
    """Nothing is proposed again, and nothing stays open."""
    play = _over_a_card(CREATES["en"], said)
    assert not play.last.tool_calls
    assert how(play.last)["dialogue"]["frames"] == []
    assert play.called == ["create_qr_link"]


def test_a_switch_the_other_way() -> None:
    """On and off are corrected as well."""
    play = _over_a_card("Turn auto-link off", "No, turn it on")
    assert play.proposed["args"] == {"on": True}
