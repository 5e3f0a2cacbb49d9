"""The planner in the real loop: real tools, real cards, real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.agent.planner.playing import planner
from tests.agent.talk import NO, YES, talking_to

if TYPE_CHECKING:
    from tests.agent.talk import Heard, Talk


async def _answer(talk: Talk, heard: Heard, answer: dict[str, object]) -> Heard:
    (card,) = heard.cards
    return await talk.answer({card["id"]: answer})


async def test_a_setup_from_the_sentence_to_the_checklist(database_url: str) -> None:
    """The whole plan over HTTP ends in a saved custom QR code and its snippets."""
    async with talking_to(planner(), database_url) as talk:
        said = await talk.say("Please help me set up the Klaviyo integration")
        assert "privacy policy" in said.text
        said = await talk.say("Yes")
        edited = {"name": "Spring newsletter", "email_variable": "{{ email }}"}
        said = await _answer(talk, said, {**YES, "editedArgs": edited})
        assert "1. Open your email template" in said.text
        assert "/l/" in said.text
        assert await talk.qr_codes() == ["Spring newsletter"]


async def test_no_then_another_name_then_undo(database_url: str) -> None:
    """A rejected card is corrected, carried out, shown in the list and undone."""
    async with talking_to(planner(), database_url) as talk:
        said = await talk.say(
            "「冬」という名前でメールアドレスで照合するQRコードを作って"
        )
        said = await _answer(talk, said, NO)
        said = await talk.say("「春」に変えて")
        said = await _answer(talk, said, YES)
        assert await talk.qr_codes() == ["春"]
        said = await _answer(talk, await talk.say("今の変更を取り消す"), YES)
        assert "取り消しました" in said.text
        assert await talk.qr_codes() == []


async def test_a_message_over_an_open_card(database_url: str) -> None:
    """The card is put away, the correction makes a new one, and that one counts."""
    async with talking_to(planner(), database_url) as talk:
        await talk.say('Create a custom QR code called "Winter" by email address')
        said = await talk.say("call it Spring instead")
        await _answer(talk, said, YES)
        assert await talk.qr_codes() == ["Spring"]
        said = await talk.say('Delete the custom QR code "Spring"')
        await _answer(talk, said, YES)
        assert await talk.qr_codes() == []


async def test_a_corrected_card_is_never_carried_out(database_url: str) -> None:
    """After "no, by phone" the first card cannot be approved any more."""
    async with talking_to(planner(), database_url) as talk:
        before = await talk.say('Create a custom QR code called "Winter" by email')
        after = await talk.say("No, by phone number, not by email")
        assert (await _answer(talk, before, YES)).error == "NoSuchCard"
        assert await talk.qr_codes() == []
        (card,) = after.cards
        assert card["metadata"]["arguments"]["email_variable"] is None
        await _answer(talk, after, YES)
        assert await talk.qr_codes() == ["Winter"]
