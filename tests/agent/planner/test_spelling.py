"""A slip in a keyword is understood; what a merchant names is never put right."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from marketing_agent.agent.planner.spelling import mended
from tests.agent.planner.playing import Play, form, planner

if TYPE_CHECKING:
    from collections.abc import Iterator

_LATIN = re.compile(r"[A-Za-z]{5,}")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("emial", "email"),
        ("pohne", "phone"),
        ("cutomer", "customer"),
        ("Improt the IDs", "import the IDs"),
        ("unlnik this friend", "unlink this friend"),
        ("カスタムQRのemialを変えて", "カスタムQRのemialを変えて"),
        ("what is the covergae", "what is the coverage"),
    ],
)
def test_a_slip_in_a_keyword_is_mended(said: str, meant: str) -> None:
    """Two letters that changed places, one missing, one too many or another one."""
    assert mended(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        'the form "Emial club"',
        "the form \u201cemial\u201d",
        "https://emial.test/improt?segmnet=1",
        "hana@emial.test",
        "{{ person.emial }}",
        "a custom QR code called Emial",
        "emial.club, phone-numbr and x_segmnet",
        "we liked the deleted charge, and parse an iphone",
        "form from forms",
        "unlinked linked unlink link",
    ],
)
def test_values_and_words_of_their_own_stay(said: str) -> None:
    """Quotes, addresses, variables, names, short words, and any right word."""
    assert mended(said) == said


def _all_examples() -> Iterator[str]:
    return chain.from_iterable(planner().planner.matcher.by_meaning.values())


def test_no_example_has_a_word_that_is_mended() -> None:
    """What merchants are known to say is spelt right: no keyword becomes another."""
    words = {each for said in _all_examples() for each in _LATIN.findall(said)}
    assert {each for each in words if mended(each.lower()) != each.lower()} == set()


def test_a_name_is_taken_as_it_is_written() -> None:
    """The signal is understood, and the name keeps its odd spelling."""
    play = Play()
    play.say(
        'Create a custom QR code called "Emial Improt" that matches by emial address'
    )
    asked = play.proposed["args"]
    assert asked["name"] == "Emial Improt"
    assert asked["email_variable"] == "{{ email }}"


def test_a_form_is_found_by_its_odd_name() -> None:
    """The form is looked for by the name as it was written."""
    odd = form("Odd123", "Cutomer emial")
    play = Play(data={"list_forms": {"forms": [form(), odd]}})
    play.say(
        'Set up Form ID linkage for the form "Cutomer emial", button labl "Go", '
        "https://shop.test/x"
    )
    assert play.proposed["args"]["form_id"] == "Odd123"


@pytest.mark.parametrize(
    ("said", "tool"),
    [
        ("Improt the LINE user IDs that we have in Klaviyo", "start_import"),
        ("Set up a Klaviyo form so that cutomers can link", "configure_form_linkage"),
        ("unlnik U0123456789abcdef0123456789abcdef", "unlink_friend"),
    ],
)
def test_what_is_meant_is_heard_through_a_slip(said: str, tool: str) -> None:
    """The same meaning, as clear as without it."""
    verdict, _ = planner().planner.verdict(said)
    right, _ = planner().planner.verdict(mended(said))
    assert (verdict.best, verdict.is_clear) == (tool, right.is_clear)
