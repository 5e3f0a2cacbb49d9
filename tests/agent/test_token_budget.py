"""A language model's tokens are counted by merchant and day, up to the budget."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage
from langchain_core.messages.ai import UsageMetadata

from marketing_agent.agent.scripted import call
from tests.agent.talk import Talk
from tests.desk import open_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from langchain_core.language_models import BaseChatModel

    from marketing_agent.testing import ScriptedModel

Json = dict[str, Any]


@asynccontextmanager
async def _talking(
    model: BaseChatModel, database_url: str, budget: int
) -> AsyncIterator[Talk]:
    async with open_desk(database_url, model=model, tokens_per_day=budget) as desk:
        yield Talk(desk, desk.caller())


def _used(text: str, tokens_in: int, tokens_out: int) -> AIMessage:
    usage = UsageMetadata(
        input_tokens=tokens_in,
        output_tokens=tokens_out,
        total_tokens=tokens_in + tokens_out,
    )
    return AIMessage(content=text, usage_metadata=usage)


async def _usage(talk: Talk, merchant_id: int | None = None) -> Json:
    caller = talk.desk.caller(merchant_id=merchant_id)
    answer = await Talk(talk.desk, caller).request("GET", "/api/v1/usage")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_every_call_of_the_model_is_counted(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """Both calls of a run with a tool, as reported; and nobody else's are touched."""
    first = call("show_qr_links")
    first.usage_metadata = UsageMetadata(
        input_tokens=900, output_tokens=20, total_tokens=920
    )
    model = scripted_model(first, _used("None yet.", 1000, 30))
    async with _talking(model, database_url, 10_000) as talk:
        await talk.say("Which codes are there?")
        told = await _usage(talk)
        neighbours = await _usage(talk, talk.desk.neighbour_id)

    used = {"tokens_in": 1900, "tokens_out": 50, "estimated": 0}
    assert told["today"] == used | {"day": told["days"][0]["day"]}
    assert (told["budget"], told["left"], told["built_in"]) == (10_000, 8050, False)
    assert (neighbours["left"], neighbours["days"]) == (10_000, [])


async def test_over_the_budget_a_run_ends_and_says_when_it_goes_on(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """The model is not asked again; the chat API answers 429 with Retry-After."""
    model = scripted_model(_used("Hello.", 90, 10))
    async with _talking(model, database_url, 100) as talk:
        await talk.say("Hello")
        over = await talk.say("Hello again")
        answer = await talk.desk.post("/api/v1/chat", {"message": "And now?"})
        told = await _usage(talk)

    assert over.error == "TokenBudgetSpent"
    assert (answer.status_code, answer.json()["error"]) == (429, "TokenBudgetSpent")
    wait = datetime.fromisoformat(told["resets_at"]) - talk.desk.clock()
    assert float(answer.headers["Retry-After"]) >= wait.total_seconds() - 1
    assert "100 tokens" in answer.json()["message"]
    assert "(Asia/Tokyo)" in answer.json()["message"]


async def test_the_next_day_of_the_merchant_begins_with_a_full_budget(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """Midnight in Tokyo counts, where the shop is."""
    model = scripted_model(_used("Hello.", 90, 10), _used("Good morning.", 10, 1))
    async with _talking(model, database_url, 100) as talk:
        talk.desk.clock.now = datetime(2026, 11, 23, 14, 59, tzinfo=UTC)
        await talk.say("Hello")
        assert (await _usage(talk))["left"] == 0
        talk.desk.clock.now += timedelta(minutes=2)
        heard = await talk.say("Are you there?")
        told = await _usage(talk)

    assert heard.text == "Good morning."
    assert told["left"] == 89
    assert [each["day"] for each in told["days"]] == ["2026-11-23", "2026-11-24"]


async def test_a_model_that_reports_nothing_is_estimated(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """Zeros are no report: a token for four characters is counted, and marked."""
    answer = "x" * 400
    async with _talking(
        scripted_model(_used(answer, 0, 0)), database_url, 50_000
    ) as talk:
        await talk.say("Hello")
        used = (await _usage(talk))["today"]

    assert 100 <= used["tokens_out"] <= 101
    assert used["tokens_in"] > 1000
    assert used["estimated"] == used["tokens_in"] + used["tokens_out"]


async def test_the_built_in_planner_uses_nothing(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """No budget stops it, not even one of zero tokens."""
    async with open_desk(database_url, model=scripted_model("Hello.")) as desk:
        talk = Talk(desk, desk.caller())
        heard = await talk.say("Hello")
        told = await _usage(talk)

    assert heard.text == "Hello."
    assert (told["built_in"], told["days"]) == (True, [])
