"""Asking for an explanation: sections word for word, with their source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from marketing_agent.services.help_pages import help_folder, help_languages

if TYPE_CHECKING:
    from marketing_agent.services.help_language import HelpLanguage
    from tests.desk import Desk

WRITTEN: Final = help_languages(help_folder())


async def test_an_answer_is_the_section_and_its_source(desk: Desk) -> None:
    """Nothing is reworded, and the merchant sees where it stands."""
    answer = await desk.call(
        "explain", {"question": "why does the linking URL not appear"}
    )
    told, block = answer.json()["text"], answer.json()["block"]
    best = block["sections"][0]

    assert block["found"]
    assert len(block["sections"]) <= 3
    assert best["id"] == "custom-qr-code#when-the-linking-url-does-not-appear"
    assert told == (
        f"{best['text']}\n\nSource: Custom QR codes, When the linking URL does not "
        f"appear [{best['id']}]"
    )


@pytest.mark.parametrize("language", WRITTEN)
async def test_every_cited_section_exists_word_for_word(
    desk: Desk, language: HelpLanguage
) -> None:
    """In each language an id leads to a section of it with exactly this text."""
    known = {each.id: each for each in WRITTEN[language]}
    for section in known.values():
        asked = {"question": section.heading, "language": language.value}
        answer = await desk.call("explain", asked)
        cited = answer.json()["block"]["sections"]

        assert cited[0]["id"] == section.id
        for each in cited:
            assert known[each["id"]].text == each["text"]
            assert known[each["id"]].heading == each["heading"]


async def test_the_question_tells_the_language(desk: Desk) -> None:
    """Whoever asks in Japanese reads Japanese, though no language is named."""
    answer = await desk.call("explain", {"question": "差し込み変数とは何ですか"})
    (best, *_) = answer.json()["block"]["sections"]

    assert best["id"] == "custom-qr-code#merge-variables"
    assert best["page_title"] == "カスタムQRコード"


async def test_topics_are_told_in_the_merchants_language(desk: Desk) -> None:
    """Also what is not covered is said with titles that can be read."""
    answer = await desk.call("explain", {"question": "パンの焼き方"})

    assert "カスタムQRコード" in answer.json()["block"]["topics"]


async def test_what_is_not_covered_is_said_with_the_topics(desk: Desk) -> None:
    """No section is stretched to fit; the merchant learns what can be asked."""
    answer = await desk.call("explain", {"question": "how do I bake bread"})
    block = answer.json()["block"]

    assert (block["found"], block["sections"]) == (False, [])
    assert "Custom QR codes" in block["topics"]
    assert all(topic in answer.json()["text"] for topic in block["topics"])


@pytest.mark.parametrize(
    "question", ["カスタムQRコードとは何ですか", "คิวอาร์โค้ดคืออะไร", "🙂"]
)
async def test_another_language_is_no_failure(desk: Desk, question: str) -> None:
    """It is answered, or said to be not covered."""
    answer = await desk.call("explain", {"question": question})

    assert answer.status_code == 200


@pytest.mark.parametrize("question", ["", "   ", "a" * 501, 7, None])
async def test_a_question_has_1_to_500_characters(desk: Desk, question: object) -> None:
    """Nothing, too much, or no text is refused before anything is looked up."""
    answer = await desk.call("explain", {"question": question})

    assert answer.status_code == 422
