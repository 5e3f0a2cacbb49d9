"""In the chat, too, nothing is written without a person's yes to exactly this call."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marketing_agent.agent.scripted import call, together
from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.services.changes import APPROVAL_LIFE
from tests.agent.talk import NO, QR_CODE, YES, Talk, talking_to

if TYPE_CHECKING:
    from marketing_agent.testing import ScriptedModel

ASK = call("create_qr_link", **QR_CODE)
TWO = together(
    call("create_qr_link", **QR_CODE),
    call("create_qr_link", **QR_CODE | {"name": "Counter"}),
)


async def test_a_write_stops_at_a_card_that_shows_what_it_would_do(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """The run ends with the exact arguments to approve, and nothing is written."""
    async with talking_to(scripted_model(ASK), database_url) as talk:
        heard = await talk.say("Make a QR code")
        (card,) = heard.cards
        assert card["metadata"]["tool"] == "create_qr_link"
        assert card["metadata"]["arguments"]["name"] == "Newsletter"
        assert card["metadata"]["arguments"]["link_type"] == "klaviyo_linkage"
        assert heard.statuses == []
        assert await talk.qr_codes() == []


@pytest.mark.parametrize(
    ("said", "title", "label", "value"),
    [
        ("Make a QR code", "Create a custom QR code", "Name", "Klaviyo Linkage"),
        ("QRコードを作って", "カスタムQRコードの作成", "名前", "Klaviyo連携"),
        ("請建立 QR Code", "建立自訂 QR Code", "名稱", "Klaviyo 連動"),
        (
            "ช่วยสร้างคิวอาร์โค้ด",
            "สร้างคิวอาร์โค้ดแบบกำหนดเอง",
            "ชื่อ",
            "การเชื่อมโยง Klaviyo",
        ),
    ],
)
async def test_a_card_is_written_in_the_merchants_language(
    scripted_model: ScriptedModel,
    database_url: str,
    said: str,
    title: str,
    label: str,
    value: str,
) -> None:
    """Its title, its fields and their values are; the arguments stay as they are."""
    async with talking_to(scripted_model(ASK), database_url) as talk:
        (card,) = (await talk.say(said)).cards
        assert card["message"] == title
        assert card["metadata"]["labels"]["name"] == label
        assert card["metadata"]["values"] == {"link_type": value}
        assert card["metadata"]["arguments"]["link_type"] == "klaviyo_linkage"


async def test_a_yes_carries_out_exactly_the_card(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """One custom QR code is saved, the model hears so, and the change is named."""
    async with talking_to(scripted_model(ASK, "Saved."), database_url) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        heard = await talk.answer({card["id"]: YES})
        assert heard.statuses == ["done"]
        assert heard.results[0]["change_id"] > 0
        assert heard.text == "Saved."
        (told,) = [e for e in heard.events if e["type"] == "TOOL_CALL_RESULT"]
        assert told["metadata"] == {"tool": "create_qr_link"}
        assert await talk.qr_codes() == ["Newsletter"]


async def test_a_no_carries_out_nothing_and_tells_the_reason(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """The model hears the merchant's words; nothing is written."""
    async with talking_to(scripted_model(ASK, "All right."), database_url) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        heard = await talk.answer({card["id"]: NO | {"reason": "another name"}})
        assert heard.results == [{"status": "rejected", "message": "another name"}]
        assert await talk.qr_codes() == []


async def test_an_edited_card_carries_out_the_edit_and_says_so(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """What was approved is what runs, and the model hears what that was."""
    async with talking_to(scripted_model(ASK, "Saved."), database_url) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        edited = QR_CODE | {"name": "Spring"}
        heard = await talk.answer({card["id"]: YES | {"editedArgs": edited}})
        assert heard.results[0]["edited"] is True
        assert heard.results[0]["arguments"]["name"] == "Spring"
        assert await talk.qr_codes() == ["Spring"]


async def test_an_impossible_edit_is_refused_and_the_card_stays_open(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """The merchant hears what is wrong and can still answer the same card."""
    async with talking_to(scripted_model(ASK, "Saved."), database_url) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        heard = await talk.answer({card["id"]: YES | {"editedArgs": {"name": "x"}}})
        assert heard.error == "MissingVariable"
        assert [each["id"] for each in (await talk.reload())["cards"]] == [card["id"]]
        assert (await talk.answer({card["id"]: YES})).statuses == ["done"]


async def test_several_cards_are_checked_before_any_is_carried_out(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """One good and one impossible answer: neither counts, both cards stay."""
    async with talking_to(scripted_model(TWO, "Both."), database_url) as talk:
        first, second = (await talk.say("Make two")).cards
        bad = YES | {"editedArgs": QR_CODE | {"email_variable": "email"}}
        heard = await talk.answer({first["id"]: YES, second["id"]: bad})
        assert heard.error == "NotAMergeVariable"
        assert await talk.qr_codes() == []
        assert len((await talk.reload())["cards"]) == 2
        both = await talk.answer({first["id"]: YES, second["id"]: YES})
        assert both.statuses == ["done", "done"]


async def test_cards_come_in_the_order_of_the_calls(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """The merchant reads them as the model wrote them."""
    async with talking_to(scripted_model(TWO), database_url) as talk:
        cards = (await talk.say("Make two")).cards
        names = [each["metadata"]["arguments"]["name"] for each in cards]
        assert names == ["Newsletter", "Counter"]


async def test_all_open_cards_are_answered_together(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """An answer to one of two is refused, and nothing is carried out."""
    async with talking_to(scripted_model(TWO), database_url) as talk:
        first, _ = (await talk.say("Make two")).cards
        assert (await talk.answer({first["id"]: YES})).error == "CardsLeftOpen"
        assert await talk.qr_codes() == []


async def test_a_yes_and_a_no_each_count_for_their_card(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """Of two cards only the approved one is carried out."""
    async with talking_to(scripted_model(TWO, "One."), database_url) as talk:
        first, second = (await talk.say("Make two")).cards
        heard = await talk.answer({first["id"]: NO, second["id"]: YES})
        assert sorted(heard.statuses) == ["done", "rejected"]
        assert await talk.qr_codes() == ["Counter"]


async def test_the_same_answer_again_changes_nothing(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """A repeated yes is heard without an error and writes nothing more."""
    async with talking_to(scripted_model(ASK, "Saved."), database_url) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        await talk.answer({card["id"]: YES})
        again = await talk.answer({card["id"]: YES})
        assert again.error is None
        assert again.statuses == []
        assert await talk.qr_codes() == ["Newsletter"]


async def test_the_same_edit_again_changes_nothing(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """A repeated edit is known again as it was sent."""
    async with talking_to(scripted_model(ASK, "Saved."), database_url) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        edited = YES | {"editedArgs": QR_CODE | {"name": "Spring"}}
        await talk.answer({card["id"]: edited})
        assert (await talk.answer({card["id"]: edited})).error is None
        assert await talk.qr_codes() == ["Spring"]


@pytest.mark.parametrize(
    "other", [NO, YES | {"editedArgs": QR_CODE | {"name": "Spring"}}]
)
async def test_an_answered_card_takes_no_other_answer(
    scripted_model: ScriptedModel, database_url: str, other: dict[str, object]
) -> None:
    """A replay that says something else is refused; the first answer stands."""
    async with talking_to(scripted_model(ASK, "Saved."), database_url) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        await talk.answer({card["id"]: YES})
        assert (await talk.answer({card["id"]: other})).error == "AnsweredOtherwise"
        assert await talk.qr_codes() == ["Newsletter"]


async def test_a_card_that_never_was_cannot_be_answered(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """A made-up card id is refused, alone or beside a real one."""
    async with talking_to(scripted_model(ASK), database_url) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        assert (await talk.answer({"0" * 32: YES})).error == "NoSuchCard"
        both = await talk.answer({card["id"]: YES, "0" * 32: YES})
        assert both.error == "NoSuchCard"
        assert await talk.qr_codes() == []


async def test_a_yes_after_the_card_has_expired_is_refused(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """A day later the world may be another; a new message gets past the card."""
    model = scripted_model(ASK, "What now?")
    async with talking_to(model, database_url) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        talk.desk.clock.now += APPROVAL_LIFE + timedelta(seconds=1)
        assert (await talk.answer({card["id"]: YES})).error == "ApprovalExpired"
        assert await talk.qr_codes() == []
        assert (await talk.say("Hello?")).text == "What now?"


@pytest.mark.parametrize("kind", [CallerKind.AGENT, CallerKind.MCP])
async def test_a_machine_can_ask_and_refuse_but_never_approve(
    scripted_model: ScriptedModel, database_url: str, kind: CallerKind
) -> None:
    """Its yes is refused, and the card stays for a person."""
    async with talking_to(scripted_model(ASK, "No."), database_url, kind=kind) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        heard = await talk.answer({card["id"]: YES})
        assert heard.error == "OnlyPeopleApprove"
        person = Talk(talk.desk, talk.desk.caller())
        assert await person.qr_codes() == []
        assert (await talk.answer({card["id"]: NO})).statuses == ["rejected"]


async def test_a_viewer_is_offered_no_write_and_gets_none(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """A model that calls a write all the same is told that there is none."""
    from marketing_agent.agent.scripted import unknown_call  # noqa: PLC0415

    model = scripted_model(unknown_call("create_qr_link", **QR_CODE), "I cannot.")
    async with talking_to(model, database_url, role=Role.VIEWER) as talk:
        heard = await talk.say("Make a QR code")
        assert heard.cards == []
        assert heard.results[0]["code"] == "NotFound"
        assert "create_qr_link" not in model.tool_names


async def test_a_message_over_an_open_card_supersedes_it(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """The model sees that the card was left, and a late yes to it is refused."""
    model = scripted_model(ASK, "Then something else.")
    async with talking_to(model, database_url) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        heard = await talk.say("Wait, how many are linked?")
        assert heard.text == "Then something else."
        *_, asked, superseded, said = model.seen[-1]
        assert asked.tool_calls[0]["id"] == superseded.tool_call_id
        assert '"superseded"' in superseded.text
        assert said.text == "Wait, how many are linked?"
        assert (await talk.answer({card["id"]: YES})).error == "NoSuchCard"
        assert await talk.qr_codes() == []


async def test_a_read_beside_a_card_is_answered_at_once_and_kept(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """Its result is shown with the open card, and the model sees both in the end."""
    both = together(call("show_qr_links", "look"), call("create_qr_link", **QR_CODE))
    model = scripted_model(both, "Saved.")
    async with talking_to(model, database_url) as talk:
        heard = await talk.say("Look and make")
        assert heard.statuses == ["done"]
        shown = [each.get("toolCallId") for each in (await talk.reload())["messages"]]
        assert "look" in shown
        (card,) = heard.cards
        assert (await talk.answer({card["id"]: YES})).text == "Saved."
        kinds = [each.type for each in model.seen[-1]]
        assert kinds == ["system", "human", "ai", "tool", "tool"]


async def test_arguments_that_could_never_work_reach_no_card(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """The model is told what is wrong and can repair it; nobody is asked."""
    wrong = call("create_qr_link", name="Newsletter")
    async with talking_to(scripted_model(wrong, ASK), database_url) as talk:
        heard = await talk.say("Make a QR code")
        assert heard.results[0]["code"] == "MissingVariable"
        assert len(heard.cards) == 1
