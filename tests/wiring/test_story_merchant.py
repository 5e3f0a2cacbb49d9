"""The story's merchant answers what is asked, not what somebody once wrote."""

from __future__ import annotations

import pytest

from marketing_agent.wiring.story.merchant import answer_to
from marketing_agent.wiring.story.scene import StoryBroke


@pytest.mark.parametrize(
    ("said", "replies", "answer"),
    [
        ("Your connection is fine.\n\nDo you send newsletters?", "Yes|No", "Yes"),
        ("Do you write e-mails to customers?", "No, not yet|Yes, we do", "Yes, we do"),
        ("A form is in your emails.\n\nDo you use pop-ups?", "Yes|No|Skip", "No"),
        ("By what shall I match?", "Phone number|Email address|Both", "Email address"),
        ("Which one now?", "Custom QR code|Form ID linkage", "Custom QR code"),
        ("What is its name?", "", "Newsletter readers"),
        ("How shall it be called?", "", "Newsletter readers"),
    ],
)
def test_the_merchant_knows_what_a_question_is_about(
    said: str, replies: str, answer: str
) -> None:
    """Whatever its wording, and whichever answers come with it."""
    offered = replies.split("|") if replies else []

    assert answer_to(said, offered) == answer


def test_the_merchant_does_not_guess() -> None:
    """A question about something else breaks the story instead of answering it."""
    with pytest.raises(StoryBroke, match="favourite colour"):
        answer_to("What is your favourite colour?", ["Red", "Blue"])
