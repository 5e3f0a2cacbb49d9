"""A run goes on without listeners, is heard later, and never blocks its thread."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.agent.conversations import Conversations, open_conversations
from marketing_agent.agent.models import ModelInUse
from marketing_agent.agent.run_input import RunInput
from marketing_agent.agent.runs import ThreadBusy
from marketing_agent.agent.scripted import ScriptedChatModel, call
from marketing_agent.api.agent_stream import as_sse
from marketing_agent.toolbox.catalogue import all_tools
from tests.agent.talk import QR_CODE, YES, Talk, heard, talking_to

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from langchain_core.language_models import BaseChatModel

    from marketing_agent.testing import ScriptedModel

HELLO = RunInput(thread_id="thread-1", run_id="run-a", message="Hello")


class Held:
    """A step of a script that answers when it is let go."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.reached = asyncio.Event()
        self.let_go = asyncio.Event()

    async def __call__(self, _: Any) -> str:
        """Wait in the middle of the run."""
        self.reached.set()
        await self.let_go.wait()
        return self.answer


@asynccontextmanager
async def another_process(
    talk: Talk, database_url: str, model: BaseChatModel
) -> AsyncIterator[Conversations]:
    """The same installation, served a second time."""
    in_use = ModelInUse(name="scripted", chat_model=model, built_in=True)
    async with open_conversations(
        talk.desk.ground, all_tools(), in_use, database_url
    ) as conversations:
        yield conversations


async def test_a_run_goes_on_when_nobody_listens(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """Its end can be heard later, from its first event or from any other."""
    held = Held("Still here.")
    async with talking_to(scripted_model(held), database_url) as talk:
        runs = talk.desk.conversations.runs
        log = await runs.start(talk.caller, HELLO)
        listening = log.follow()
        assert "RUN_STARTED" in (await anext(listening))[1]
        await listening.aclose()
        held.let_go.set()
        whole = [line async for line in await runs.follow(talk.caller, "run-a", 0)]
        assert [number for number, _ in whole] == [1, 2, 3, 4, 5]
        rest = [line async for line in await runs.follow(talk.caller, "run-a", 3)]
        assert rest == whole[3:]
        assert json.loads(whole[-1][1])["type"] == "RUN_FINISHED"


async def test_a_run_is_replayed_over_http_from_the_last_event_that_came(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """Last-Event-ID names it; nothing is heard twice."""
    async with talking_to(scripted_model("Hello there."), database_url) as talk:
        whole = await talk.say("Hello", run="run-a")
        token = talk.desk.tokens.token_for(talk.caller)
        answer = await talk.desk.http.get(
            "/api/v1/agent/runs/run-a/events",
            headers={"Authorization": f"Bearer {token}", "Last-Event-ID": "2"},
        )
        assert heard(answer.text).events == whole.events[2:]


async def test_the_same_run_again_is_told_again_and_not_run_again(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """A client that lost the answer may send the request once more."""
    async with talking_to(scripted_model("Once."), database_url) as talk:
        first = await talk.say("Hello", run="run-a")
        again = await talk.say("Hello", run="run-a")
        assert again.events == first.events


async def test_a_late_listener_of_a_running_run_hears_all_of_it(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """Two listeners of one run hear the same."""
    held = Held("For both.")
    async with talking_to(scripted_model(held), database_url) as talk:
        runs = talk.desk.conversations.runs
        log = await runs.start(talk.caller, HELLO)
        await held.reached.wait()
        first = asyncio.create_task(_all(log.follow()))
        second = asyncio.create_task(_all(await runs.follow(talk.caller, "run-a", 0)))
        held.let_go.set()
        assert await first == await second
        assert len(await first) == 5


async def test_another_process_can_follow_and_stop_a_run(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """It reads the table, and the run's own process hears the request to stop."""
    held = Held("never")
    async with talking_to(scripted_model(held), database_url) as talk:
        await talk.desk.conversations.runs.start(talk.caller, HELLO)
        await held.reached.wait()
        async with another_process(talk, database_url, scripted_model()) as other:
            later = RunInput(thread_id="thread-1", run_id="run-b", message="Hi")
            with pytest.raises(ThreadBusy):
                await other.runs.start(talk.caller, later)
            await other.runs.cancel(talk.caller, "run-a")
            lines = [
                json.loads(body)
                async for _, body in await other.runs.follow(talk.caller, "run-a", 0)
            ]
        assert lines[0]["type"] == "RUN_STARTED"
        assert lines[-1]["outcome"] == {"type": "cancelled"}


async def test_a_process_that_stops_ends_its_runs_as_cancelled(
    database_url: str,
) -> None:
    """The thread is free at once for the next process, and the history is whole."""
    held = Held("never")
    model = ScriptedChatModel([held, "Welcome back."])
    async with talking_to(model, database_url) as talk:
        async with another_process(talk, database_url, model) as stopping:
            log = await stopping.runs.start(talk.caller, HELLO)
            await held.reached.wait()
        lines = await _all(log.follow())
        assert json.loads(lines[-1][1])["outcome"] == {"type": "cancelled"}
        assert (await talk.say("Back?")).text == "Welcome back."
        assert [each.text for each in model.seen[-1][1:]] == ["Hello", "Back?"]


async def test_a_thread_whose_process_died_is_free_after_a_while(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """Silence of fifteen seconds is taken for death; before that it is busy."""
    held = Held("never")
    model = scripted_model(held, "Here.")
    async with talking_to(model, database_url) as talk:
        await talk.desk.conversations.runs.start(talk.caller, HELLO)
        await held.reached.wait()
        async with another_process(talk, database_url, model) as other:
            later = RunInput(thread_id="thread-1", run_id="run-b", message="Hi")
            with pytest.raises(ThreadBusy):
                await other.runs.start(talk.caller, later)
            talk.desk.clock.now += timedelta(seconds=16)
            lines = await _all((await other.runs.start(talk.caller, later)).follow())
            assert "Here." in "".join(body for _, body in lines)


async def test_a_run_that_is_stopped_after_its_write_leaves_a_whole_history(
    database_url: str,
) -> None:
    """The next message finds an answer to every call, so no model chokes on it."""
    held = Held("never")
    model = ScriptedChatModel([call("create_qr_link", **QR_CODE), held, "Fine."])
    async with talking_to(model, database_url) as talk:
        (card,) = (await talk.say("Make one")).cards
        answering = asyncio.create_task(talk.answer({card["id"]: YES}, run="stop-me"))
        await held.reached.wait()
        await talk.request("POST", "/api/v1/agent/runs/stop-me/cancel")
        assert (await answering).events[-1]["outcome"] == {"type": "cancelled"}
        assert (await talk.say("And now?")).text == "Fine."
        kinds = [each.type for each in model.seen[-1]]
        assert kinds == ["system", "human", "ai", "tool", "human"]
        assert '"done"' in model.seen[-1][3].text
        assert await talk.qr_codes() == ["Newsletter"]


async def test_a_quiet_stream_is_kept_open_by_comments() -> None:
    """Proxies close what says nothing; a comment every fifteen seconds keeps it."""

    async def quiet() -> AsyncIterator[tuple[int, str]]:
        await asyncio.sleep(0.05)
        yield 1, "{}"

    told = [each async for each in as_sse(quiet(), keep_alive_s=0.02)]
    assert told[0] == ": waiting\n\n"
    assert told[-1] == "id: 1\ndata: {}\n\n"


async def _all(lines: AsyncIterator[tuple[int, str]]) -> list[tuple[int, str]]:
    return [line async for line in lines]
