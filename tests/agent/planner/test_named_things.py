"""What things are called, in the four languages: exactly as written, or nothing."""

from __future__ import annotations

import pytest

from marketing_agent.agent.planner.slots import (
    forms,
    friends,
    imports,
    names,
    qr_codes,
    stated,
)
from marketing_agent.agent.planner.slots.heard import Heard


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Create a QR code called Spring Sale please", "Spring Sale"),
        ("make one named X Mas for my newsletter", "X Mas"),
        ("name it Winter Deals and match by email and phone", "Winter Deals"),
        ("Create QR code Spring Sale matching email", "Spring Sale"),
        ("one called back to school with {{ person.email }}", "back to school"),
        ("メールで照合する秋フェアという名前のQRを作成", "秋フェア"),
        ("『夏祭り』って名前でQRコードを作りたい", "夏祭り"),
        ("名前はサマーセールで、メールで照合するQRコード", "サマーセール"),
        ("請建立一個名為春季特賣的 QR Code,用電子郵件比對", "春季特賣"),
        ("幫我做一個叫做母親節活動的自訂 QR Code", "母親節活動"),
        ("新增 QR Code, 名稱是週年慶, 以手機號碼比對", "週年慶"),
        ("新增一個 QR Code 叫《雙十一》", "雙十一"),
        ("สร้าง QR Code ชื่อ โปรหน้าร้อน โดยใช้อีเมล", "โปรหน้าร้อน"),
        ("สร้างคิวอาร์โค้ดชื่อว่าสงกรานต์ที่จับคู่ด้วยเบอร์โทร", "สงกรานต์"),
        ("ทำ QR ชื่อ \u201cวันแม่\u201d ให้หน่อย", "วันแม่"),
        ("命名是什麼意思", None),
        ("ตั้งชื่ออะไรดี", None),
        ("QRコードの名前は何ですか", None),
    ],
)
def test_a_new_name(text: str, name: str | None) -> None:
    """A name ends where the sentence goes on, and politeness is no part of it."""
    assert names.new_name(Heard(text=text)).get("name") == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("rename the Spring QR code to Summer Deals", "Summer Deals"),
        ("「春」の名前を「夏」に変えて", "夏"),
        ("將春季 QR Code 改名為夏季特賣", "夏季特賣"),
        ("เปลี่ยนชื่อ QR เป็น Summer Sale หน่อย", "Summer Sale"),
    ],
)
def test_a_changed_name(text: str, name: str) -> None:
    """Of two names it is the later one that something is to have."""
    assert names.changed_name(Heard(text=text)) == {"name": name}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("delete the Newsletter QR code", "Newsletter"),
        ("what is the linking URL of Spring Sale", "Spring Sale"),
        ("Show me my QR codes", None),
        ("delete the old QR code", None),
        ("春のセールのQRコードを削除して", "春のセール"),
        ("古いQRコードを消したい", None),
        ("把母親節這個 QR Code 刪掉", "母親節"),
        ("刪除舊的 QR Code", None),
        ("ลบ QR Code ชื่อ สงกรานต์ ออก", "สงกรานต์"),
    ],
)
def test_a_saved_custom_qr_code(text: str, name: str | None) -> None:
    """It is called by its name; "the old one" names none."""
    assert qr_codes.said_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Show a LINE button on the Spring popup form", "Spring popup"),
        ("use the form called Newsletter Signup for linking", "Newsletter Signup"),
        ("remove the linkage of the popup form", None),
        ("link customers who submit our Klaviyo form", None),
        ("「夏の登録」フォームに連携ボタンを出して", "夏の登録"),
        ("フォームの送信後に連携ボタンを出したい", None),
        ("在表單「春季註冊」送出後顯示 LINE 按鈕", "春季註冊"),
        ("把春季活動表單設定連動", "春季活動"),
        ("停用我們的註冊表單連動", None),
        ("แสดงปุ่มหลังส่งฟอร์ม Spring Popup", "Spring Popup"),
        ("ฟอร์มชื่อ สมัครรับข่าว ให้มีปุ่มเชื่อมโยง", "สมัครรับข่าว"),
        ("เอาปุ่มเชื่อมโยงออกจากฟอร์มนี้", None),
    ],
)
def test_a_form(text: str, name: str | None) -> None:
    """A form's name stands beside the word for it; "our form" has none."""
    assert stated.form(text) == name


@pytest.mark.parametrize(
    ("text", "segment", "found"),
    [
        ("Import from segment VIP Club using property line_id", "VIP Club", "line_id"),
        ('the ids are in the "LINE ID" property of segment "Old"', "Old", "LINE ID"),
        ("import our LINE User IDs from the source segment", None, None),
        ("セグメント「旧会員」のプロパティline_uidで取り込んで", "旧会員", "line_uid"),
        ("用「舊系統」區隔的 line_user_id 屬性匯入", "舊系統", "line_user_id"),
        ("從舊會員區隔匯入 LINE ID", "舊會員", None),
        ("นำเข้าจากเซกเมนต์ VIP ใช้พร็อพเพอร์ตี้ line_id", "VIP", "line_id"),
    ],
)
def test_a_source(text: str, segment: str | None, found: str | None) -> None:
    """Segment and property are told apart, whatever they look like."""
    assert stated.segment(text) == segment
    assert imports.property_name(Heard(text=text)).get("property") == found


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("the button says Link with LINE", "Link with LINE"),
        ('Change the button text of "Welcome" to "Join us"', "Join us"),
        ('show a LINE button after form "Welcome"', None),
        ("フォーム「夏」に「LINEとつながる」というボタンを出して", "LINEとつながる"),
        ("表單「春季」的按鈕寫「連結 LINE」", "連結 LINE"),
        ("按鈕文字改成立即加入", "立即加入"),
        ("ข้อความบนปุ่มเป็น เชื่อมต่อ LINE", "เชื่อมต่อ LINE"),
    ],
)
def test_a_label(text: str, label: str | None) -> None:
    """The words for the button are not the name of the form."""
    assert forms.cta_label(Heard(text=text)).get("cta_label") == label


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("why is Hana Sato not linked?", "Hana Sato"),
        ("unlink hana.sato@mail.test", "hana.sato@mail.test"),
        ("how many friends are linked", None),
        ("佐藤花さんはなぜ連携されていないのですか", "佐藤花"),
        ("お客様の状況", None),
        ("請解除hana@mail.test的連動", "hana@mail.test"),
        ("客人王小明為什麼沒有連動", "王小明"),
        ("คุณสมชายทำไมยังไม่เชื่อมโยง", "คุณสมชาย"),
    ],
)
def test_a_friend(text: str, who: str | None) -> None:
    """Somebody is described by an address, a number or a name."""
    assert friends.described(text) == who
