"""What a sentence says in so many words, in the four languages."""

from __future__ import annotations

import pytest

from marketing_agent.agent.planner.marks import for_matching, is_question
from marketing_agent.agent.planner.slots import (
    answers,
    forms,
    segments,
    signals,
    switches,
    symptoms,
)
from marketing_agent.agent.planner.slots.channels import channels
from marketing_agent.agent.planner.slots.choosing import one_of
from marketing_agent.agent.planner.slots.heard import Heard
from marketing_agent.agent.planner.slots.named import Named, candidates
from marketing_agent.agent.planner.slots.words import LANGUAGES, lines

HANA = "hana@mail.test"
KNOWN = [
    Named(id="a1", name="Spring popup"),
    Named(id="b2", name="Welcome form 2025"),
    Named(id="c3", name="Unlinked friends"),
    Named(id="d4", name="春季註冊表單大集合"),
    Named(id="e5", name="Newsletter A"),
    Named(id="f6", name="Newsletter B"),
]


def test_every_language_has_every_word() -> None:
    """A language that lacks a key would silently understand less."""
    keys = {language: set(lines(language)) for language in LANGUAGES}
    assert all(found == keys["en"] for found in keys.values())


@pytest.mark.parametrize(
    ("text", "there", "chosen"),
    [
        ("the first one", KNOWN[:2], "a1"),
        ("最初の", KNOWN[:2], "a1"),
        ("第二個", KNOWN[:2], "b2"),
        ("อันที่ 2", KNOWN[:2], "b2"),
        ("the third one", KNOWN[:2], None),
        ("yes", KNOWN[:1], "a1"),
        ("はい", KNOWN[:1], "a1"),
        ("yes", KNOWN[:2], None),
        ("no", KNOWN[:1], None),
        ("the first form that we made", KNOWN[:2], None),
    ],
)
def test_pointing_at_one_of_those_listed(
    text: str, there: list[Named], chosen: str | None
) -> None:
    """By its place among those shown, or with a yes to the only one."""
    hear = one_of(lambda _results, _slots: there, "form_id")
    assert hear(Heard(text=text, asked=True)).get("form_id") == chosen
    assert not hear(Heard(text=text)).get("form_id")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("matching by email and phone", {"email_variable", "phone_variable"}),
        ("メールと電話で照合", {"email_variable", "phone_variable"}),
        ("用 email 和電話比對", {"email_variable", "phone_variable"}),
        ("以手機號碼比對", {"phone_variable"}),
        ("放在電子報裡", set()),
        ("ใช้อีเมลและเบอร์โทร", {"email_variable", "phone_variable"}),
        ("จับคู่ด้วยเบอร์โทรศัพท์", {"phone_variable"}),
        ("ใส่ในจดหมายข่าว", set()),
    ],
)
def test_signals(text: str, kinds: set[str]) -> None:
    """A signal is what is matched by, not what the code is sent with."""
    assert set(signals.signals(Heard(text=text))) == kinds


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("turn off auto-link", "off"),
        ("自動連携を有効にして", "on"),
        ("停用自動連動", "off"),
        ("把自動連動打開", "on"),
        ("不要自動連動", "off"),
        ("不要關閉自動連動", None),
        ("ปิดการเชื่อมโยงอัตโนมัติ", "off"),
        ("เปิดเชื่อมโยงอัตโนมัติ", "on"),
        ("อย่าปิดนะ", None),
    ],
)
def test_on_or_off(text: str, way: str | None) -> None:
    """Thai's word for on contains its word for off; a denied word is asked about."""
    assert switches.on_or_off(Heard(text=text)).get("on") == way


@pytest.mark.parametrize(
    ("text", "linkage"),
    [
        ("friends not yet connected", "unlinked"),
        ("連携済みの友だち", "linked"),
        ("還沒有連動的好友", "unlinked"),
        ("已連動的好友", "linked"),
        ("เพื่อนที่ยังไม่ได้เชื่อมโยง", "unlinked"),
        ("เพื่อนที่เชื่อมโยงแล้ว", "linked"),
    ],
)
def test_linked_or_not(text: str, linkage: str) -> None:
    """Not linked is never heard as linked."""
    told = segments.conditions(Heard(text=text))
    assert told["klaviyo_id_linkage"] == linkage


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("QR code has no link", "no_linking_url"),
        ("the import does nothing", "not_linked"),
        ("ボタンが出ない", "no_link_button"),
        ("連動網址沒有出現", "no_linking_url"),
        ("看不到按鈕", "no_link_button"),
        ("匯入沒反應", "not_linked"),
        ("URL สำหรับเชื่อมโยงไม่ขึ้น", "no_linking_url"),
        ("ลูกค้าไม่ถูกเชื่อมโยง", "not_linked"),
        ("เชื่อมต่อมีปัญหา", "setup"),
    ],
)
def test_symptoms(text: str, symptom: str) -> None:
    """The most exact word decides."""
    assert symptoms.symptom(Heard(text=text))["symptom"] == symptom


@pytest.mark.parametrize(
    ("text", "timing"),
    [
        ("link right away after submission", "immediate"),
        ("ダブルオプトイン後", "flow"),
        ("送出後立即連動", "immediate"),
        ("雙重確認之後", "flow"),
        ("ส่งแล้วเชื่อมทันที", "immediate"),
        ("ผ่านโฟลว์", "flow"),
        ('the label is "Link right away"', None),
    ],
)
def test_timing(text: str, timing: str | None) -> None:
    """At once, or when a flow says so; the words on the button say nothing of it."""
    assert forms.timing(Heard(text=text)).get("timing") == timing


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("yes", "好 可以 是的 沒問題 對 ใช่ ได้ ตกลง โอเค เอาเลย"),
        ("no", "不用 不要 不是 沒有 ไม่ ไม่ใช่ ไม่เอา"),
        ("unknown", "不確定 ไม่แน่ใจ"),
        (None, "好像 ได้ไหม 稍後 ไว้ก่อน ทีหลัง"),
    ],
)
def test_short_answers(said: str | None, words: str) -> None:
    """A word that only begins like a yes or no is neither."""
    assert {answers.yes_or_no(word) for word in words.split()} == {said}


@pytest.mark.parametrize("text", ["稍後再說", "改天", "ไว้ก่อน", "ทีหลัง"])
def test_later(text: str) -> None:
    """What can wait is put off in every language."""
    assert answers.wants_later(text)


@pytest.mark.parametrize(
    "text", ["停止匯入", "不要再匯入 LINE ID 了", "หยุดนำเข้า", "ไม่ต้องนำเข้าแล้ว"]
)
def test_ending_the_import(text: str) -> None:
    """Chinese and Thai words of ending let the import be stopped."""
    assert answers.stopping_the_import(Heard(text=text))


@pytest.mark.parametrize(
    "text", ["不要停止匯入", "匯入商品", "อย่าหยุดนำเข้า", "นำเข้าสินค้า"]
)
def test_not_ending_the_import(text: str) -> None:
    """Without such a word, or where it is denied, nothing is stopped."""
    assert not answers.stopping_the_import(Heard(text=text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("We send newsletters but have no forms", {"email": "yes", "form": "no"}),
        (
            "メルマガは送っていますが、フォームはありません",
            {"email": "yes", "form": "no"},
        ),
        ("我們有電子報,但沒有表單", {"email": "yes", "form": "no"}),
        ("เราส่งอีเมลแต่ไม่มีฟอร์ม", {"email": "yes", "form": "no"}),
        ("only emails", {}),
        ("not sure about forms", {}),
    ],
)
def test_channels(text: str, told: dict[str, str]) -> None:
    """Each clause speaks for itself; "only" and "not sure" are left to be asked."""
    assert channels(text) == told


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("the Sprng popup form", ["a1"]),
        ("welcome form 2026", []),
        ("linked friends", []),
        ("春季註冊表單大集", ["d4"]),
        ("newsletter c", []),
        ('"Newsleter A"', ["e5"]),
    ],
)
def test_a_mistyped_name(text: str, ids: list[str]) -> None:
    """A slip is forgiven; another number, letter or a denial is another thing."""
    assert [each.id for each in candidates(text, KNOWN)] == ids


@pytest.mark.parametrize(
    "text",
    ["請解除{}的連動", "ยกเลิกการเชื่อมโยงของ{}ที", "{}の連携", "unlink {} now"],
)
def test_only_the_address_is_masked(text: str) -> None:
    """Where no spaces stand, the words around an address are still read."""
    masked = for_matching(text.format(HANA))
    assert "@" not in masked
    assert masked.split() == text.format(" ").split()


@pytest.mark.parametrize("text", ["這是什麼", "可以嗎", "ได้ไหมคะ", "ok?"])
def test_questions(text: str) -> None:
    """Thai and Chinese ask with their last word."""
    assert is_question(text)


def test_silk_is_no_question() -> None:
    """Thai's word for silk ends as a question does."""
    assert not is_question("ผ้าไหม")
