"""Asking for an explanation: sections word for word, with their source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.services.help_text import help_text

if TYPE_CHECKING:
    from tests.desk import Desk


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


async def test_every_cited_section_exists_word_for_word(desk: Desk) -> None:
    """An id leads to a section with exactly this text."""
    known = {each.id: each.text for each in help_text().sections}
    answer = await desk.call("explain", {"question": "segments or tags"})

    for cited in answer.json()["block"]["sections"]:
        assert known[cited["id"]] == cited["text"]


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
    """It is answered by the words both share, or with the topics."""
    answer = await desk.call("explain", {"question": question})

    assert answer.status_code == 200


@pytest.mark.parametrize("question", ["", "   ", "a" * 501, 7, None])
async def test_a_question_has_1_to_500_characters(desk: Desk, question: object) -> None:
    """Nothing, too much, or no text is refused before anything is looked up."""
    answer = await desk.call("explain", {"question": question})

    assert answer.status_code == 422
