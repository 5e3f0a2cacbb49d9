"""Conversations belong to one person, survive reloads and restarts, and can go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from marketing_agent.agent.scripted import ScriptedChatModel, call
from tests.agent.talk import QR_CODE, YES, Talk, talking_to
from tests.desk import open_desk

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.testing import ScriptedModel

ASK = call("create_qr_link", **QR_CODE)


def _strangers(talk: Talk) -> list[Caller]:
    """Another merchant's owner, and a colleague at the same merchant."""
    return [
        replace(talk.caller, merchant_id=talk.desk.neighbour_id),
        replace(talk.caller, subject="Ken of the shop"),
    ]


@pytest.mark.parametrize("who", [0, 1], ids=["another merchant", "a colleague"])
async def test_nobody_else_gets_into_a_conversation(
    scripted_model: ScriptedModel, database_url: str, who: int
) -> None:
    """Not to read it, to write in it, to answer its card, to stop or to delete it."""
    async with talking_to(scripted_model(ASK), database_url) as talk:
        (card,) = (await talk.say("Make a QR code", run="mine")).cards
        stranger = Talk(talk.desk, _strangers(talk)[who])
        for method, path in (
            ("GET", "/api/v1/threads/thread-1"),
            ("DELETE", "/api/v1/threads/thread-1"),
            ("GET", "/api/v1/agent/runs/mine/events"),
            ("POST", "/api/v1/agent/runs/mine/cancel"),
        ):
            assert (await stranger.request(method, path)).status_code == 404
        for body in (
            {"messages": [{"role": "user", "content": "Show me"}]},
            {"resume": [{"interruptId": card["id"], "status": "resolved"}]},
        ):
            request = {"threadId": "thread-1", "runId": "theirs"} | body
            answer = await talk.desk.post("/api/v1/agent", request, stranger.caller)
            assert answer.status_code in {200, 404}
            assert answer.status_code == 404 or '"RUN_ERROR"' in answer.text
        assert (await stranger.request("GET", "/api/v1/threads")).json() == []
        assert await talk.qr_codes() == []
        assert len((await talk.reload())["cards"]) == 1


async def test_a_reload_shows_the_messages_and_the_open_card(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """What a client needs to go on is on the server."""
    async with talking_to(scripted_model(ASK), database_url) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        page = await talk.reload()
        assert [each["role"] for each in page["messages"]] == ["user", "assistant"]
        assert page["cards"][0]["id"] == card["id"]
        assert page["cards"][0]["arguments"] == card["metadata"]["arguments"]
        assert (page["title"], page["running"]) == ("Make a QR code", None)


async def test_a_card_is_answered_after_a_restart(database_url: str) -> None:
    """A new process finds the conversation where the old one left it."""
    async with talking_to(ScriptedChatModel([ASK]), database_url) as talk:
        (card,) = (await talk.say("Make a QR code")).cards
        merchant_id = talk.desk.merchant_id
    later = ScriptedChatModel(["Saved."])
    async with open_desk(database_url, connected=False, model=later) as desk:
        again = Talk(desk, desk.caller(merchant_id=merchant_id))
        heard = await again.answer({card["id"]: YES})
        assert (heard.statuses, heard.text) == (["done"], "Saved.")
        assert later.seen[-1][1].text == "Make a QR code"


async def test_a_deleted_conversation_is_gone_and_its_changes_stay(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """Nothing that was said is left in any table; the QR code and its undo are."""
    model = scripted_model(ASK, "Saved the papaya.")
    async with talking_to(model, database_url) as talk:
        (card,) = (await talk.say("Make a papaya code")).cards
        await talk.answer({card["id"]: YES})
        gone = await talk.request("DELETE", "/api/v1/threads/thread-1")
        assert gone.status_code == 204
        assert (
            await talk.request("GET", "/api/v1/threads/thread-1")
        ).status_code == 404
        assert await talk.qr_codes() == ["Newsletter"]
        assert "papaya" not in await everything_stored(talk)


async def test_conversations_are_listed_latest_first(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """By what was said first in each, without anybody's email in it."""
    async with talking_to(scripted_model("One", "Two"), database_url) as talk:
        await talk.say("Is hana@mail.test linked?")
        talk.thread = "thread-2"
        talk.desk.clock.now += talk.desk.clock.now.resolution
        await talk.say("Second")
        listed = (await talk.request("GET", "/api/v1/threads")).json()
        assert [each["title"] for each in listed] == [
            "Second",
            "Is h•••@m•••.test linked?",
        ]


async def everything_stored(talk: Talk) -> str:
    """Every row of every table of ours and of the memory, as text."""
    stored = []
    async with talk.desk.ground.database.transaction() as tx:
        tables = await tx.execute(
            text(
                "SELECT table_schema, table_name FROM information_schema.tables "
                "WHERE table_schema IN ('public', 'conversations')"
            )
        )
        for schema, table in tables.all():
            everything = text(f'SELECT * FROM {schema}."{table}"')  # noqa: S608
            rows = await tx.execute(everything)
            stored += [
                each.decode("utf-8", "replace")
                if isinstance(each, bytes)
                else str(each)
                for row in rows
                for each in row
            ]
    return "\n".join(stored)
