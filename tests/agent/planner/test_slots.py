"""The extractors: what a sentence says outright, and what it leaves open."""

from __future__ import annotations

import pytest

from marketing_agent.agent.planner.language import language_after
from marketing_agent.agent.planner.slots import answers, friends, names, signals
from marketing_agent.agent.planner.slots.heard import Heard
from tests.agent.planner.playing import FRIEND

EMAIL = {"email_variable": "{{ email }}"}
PHONE = {"phone_variable": "{{ person.phone_number|default:'' }}"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('Create a QR code called "Spring sale"', "Spring sale"),
        ("Create a QR code called Spring sale, by email", "Spring sale"),
        ("make one named Newsletter that matches by email", "Newsletter"),
        ("「夏セール」のQRコードを作って", "夏セール"),
        ("春の特集という名前のQRコードを作って", "春の特集"),
        ("名前は春の特集でお願いします", "春の特集"),
        ("Create one called Back to School with email and phone", "Back to School"),
        ("make one named Buy with LINE for our emails", "Buy with LINE"),
        ("Create a QR code for my newsletter", None),
        ('between "a" and "b"', None),
        ("It's Anna's code", None),
    ],
)
def test_names(text: str, name: str | None) -> None:
    """A name is quoted or follows a word that announces it."""
    assert names.new_name(Heard(text=text)).get("name") == name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("match by email address", EMAIL),
        ("matching email and phone number", EMAIL | PHONE),
        ("メールアドレスで照合", EMAIL),
        ("電話番号とメールで照合する", EMAIL | PHONE),
        ("for my email newsletter", {}),
        ("メルマガ用", {}),
        ("by phone, not by email", PHONE),
        ("電話番号なしで", {}),
        ("use {{ person.Email }}", {"email_variable": "{{ person.Email }}"}),
        (
            "use {{ person.number }} as the phone",
            {"phone_variable": "{{ person.number }}"},
        ),
        ("use {{ person.number }}", {}),
        ("link type none", {"link_type": "none"}),
    ],
)
def test_signals(text: str, found: dict[str, str]) -> None:
    """A channel is no signal, what is denied is none, a strange variable is asked."""
    assert signals.signals(Heard(text=text)) == found


def test_a_word_is_enough_as_an_answer() -> None:
    """Asked for signals, email alone means the email address."""
    assert signals.signals(Heard(text="email", asked=True)) == EMAIL
    assert signals.signals(Heard(text="両方で", asked=True)) == EMAIL | PHONE


def test_friends() -> None:
    """One LINE User ID is the friend; two are a question."""
    other = "U" + "f" * 32
    assert friends.line_user_id(Heard(text=f"why is {FRIEND} gone"))
    assert not friends.line_user_id(Heard(text=f"{FRIEND} or {other}"))
    assert not friends.line_user_id(Heard(text=f"x{FRIEND}0"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("undo change 12", "12"),
        ("変更12を元に戻して", "12"),
        ("undo that", "9"),
        ("undo", "9"),
    ],
)
def test_changes(text: str, number: str) -> None:
    """A change is named by its number, or is the newest of the conversation."""
    assert answers.change_id(Heard(text=text, changes=(4, 9))) == {"change_id": number}


def test_no_change_is_guessed() -> None:
    """Without a number and without a change here there is none."""
    assert not answers.change_id(Heard(text="undo that"))
    assert not answers.change_id(Heard(text="undo the rename", changes=(4,)))


@pytest.mark.parametrize(
    ("text", "before", "asked", "after"),
    [
        ("Hello", "ja", None, "en"),
        ("こんにちは", "en", None, "ja"),
        ("12", "ja", None, "ja"),
        ("{{ email }}", "ja", None, "ja"),
        (FRIEND, "ja", None, "ja"),
        ("Spring Sale", "ja", "name", "ja"),
        ("I would like to know more about it", "ja", "name", "en"),
    ],
)
def test_language(text: str, before: str, asked: str | None, after: str) -> None:
    """The script of the words decides; values and short names do not."""
    assert language_after(text, before, asked) == after
