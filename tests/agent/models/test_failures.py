from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from marketing_agent.agent.models import (
    ModelAnswerUnreadable,
    ModelRefused,
    ModelThrottled,
    ModelTooSlow,
    ModelUnreachable,
)
from marketing_agent.agent.openai_model import model_failure
from marketing_agent.core.errors import MarketingAgentError
from tests.agent.models.opened import KEY, TOOL, streamed
from tests.agent.wire.behaviours import (
    Says,
    WireCall,
    answers,
    breaks_off,
    delta,
    events,
    fails,
    html,
    raw,
    redirects,
    stalls,
)

if TYPE_CHECKING:
    from tests.agent.models.opened import Opener
    from tests.agent.wire.server import Behaviour, WireServer

HELLO = delta({"role": "assistant", "content": "Hello"})
NOTHING_YET = delta({"role": "assistant", "content": ""})
CALL_BEGUN = delta(
    {"tool_calls": [{"index": 0, "id": "call_a", "function": {"name": "create_qr_l"}}]}
)
ENDLESS = WireCall(name="x", arguments="9" * 200_000, id="a")
WHOLE = Says(text="Hello", calls=(WireCall(name="x", arguments="{}", id="a"),)).whole()


async def failed(opened: Opener, **settings: Any) -> MarketingAgentError:
    """Ask, and give the error."""
    async with opened(**settings) as model:
        with pytest.raises(MarketingAgentError) as caught:
            await streamed(model.bind_tools([TOOL]))
    return caught.value


def shown(error: MarketingAgentError) -> str:
    """Everything a log or a person could see of it."""
    return f"{error!r} {error.message} {error.facts} {error.__cause__!r}"


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (400, None, "MODEL_NAME, it may be unable to call tools"),
        (400, "context_length_exceeded", "start a new one"),
        (401, "invalid_api_key", "MODEL_API_KEY"),
        (402, None, "credit"),
        (403, None, "MODEL_API_KEY"),
        (404, "model_not_found", "MODEL_URL and MODEL_NAME"),
        (405, None, "MODEL_URL"),
        (413, None, "start a new one"),
        (422, None, "MODEL_NAME"),
        (429, "insufficient_quota", "credit"),
    ],
)
async def test_a_refusal_says_which_setting_to_check(
    status: int, code: str | None, says: str, wire: WireServer, opened: Opener
) -> None:
    """What no repetition helps is asked once, and nothing of the body is told."""
    wire.will(fails(status, code))

    error = await failed(opened)

    assert isinstance(error, ModelRefused)
    assert says in error.message
    assert opened.pauses == []
    assert "sk-secret" not in shown(error)
    assert "mail.test" not in shown(error)
    assert KEY not in shown(error)


async def test_a_throttle_is_waited_for_as_the_server_asks(
    wire: WireServer, opened: Opener
) -> None:
    """429 with Retry-After 2 is asked again after 2 s, and then answered."""
    wire.will(fails(429, retry_after="2"), fails(429, retry_after="0"), Says(text="Hi"))

    async with opened() as model:
        answer = await streamed(model)

    assert answer.text == "Hi"
    assert opened.pauses == [2.0, 0.0]


async def test_a_long_throttle_is_not_waited_for(
    wire: WireServer, opened: Opener
) -> None:
    """More than ten seconds is for the merchant to decide; they are told how long."""
    wire.will(fails(429, retry_after="30"))

    error = await failed(opened)

    assert isinstance(error, ModelThrottled)
    assert error.retry_after == 30.0
    assert "30 seconds" in error.message
    assert opened.pauses == []


@pytest.mark.parametrize("behaviour", [fails(500), fails(503), fails(429)])
async def test_three_tries_are_enough(
    behaviour: Behaviour, wire: WireServer, opened: Opener
) -> None:
    """Two more tries with growing pauses, and then the last error is raised."""
    wire.will(behaviour, behaviour, behaviour)

    error = await failed(opened)

    assert isinstance(error, ModelUnreachable | ModelThrottled)
    assert opened.pauses == [0.5, 1.0]
    assert "sk-secret" not in shown(error)


async def test_an_outage_in_passing_is_not_noticed(
    wire: WireServer, opened: Opener
) -> None:
    """A 503 and a connection cut before the first word cost only time."""
    wire.will(fails(503, retry_after="1"), breaks_off(CALL_BEGUN), Says(text="Hi"))

    async with opened() as model:
        answer = await streamed(model)

    assert (answer.text, answer.tool_calls) == ("Hi", [])
    assert opened.pauses == [1.0, 1.0]


@pytest.mark.parametrize(
    "behaviour",
    [
        breaks_off(HELLO),
        events(HELLO),
        events(HELLO, "[DONE]"),
        events(HELLO, {"error": {"message": "sk-secret", "code": 503}}),
    ],
    ids=["cut", "ended", "no-reason", "error-event"],
)
async def test_an_answer_that_breaks_off_after_a_word_is_not_asked_again(
    behaviour: Behaviour, wire: WireServer, opened: Opener
) -> None:
    """Half an answer is never taken for a whole one, nor said twice."""
    wire.will(behaviour)

    error = await failed(opened)

    assert isinstance(error, ModelUnreachable)
    assert opened.pauses == []
    assert "sk-secret" not in shown(error)


@pytest.mark.parametrize("said", [(), (NOTHING_YET,), (HELLO,), (CALL_BEGUN,)])
async def test_silence_ends_after_the_timeout(
    said: tuple[Any, ...], wire: WireServer, opened: Opener
) -> None:
    """No first byte and a stall in mid-stream end alike, and are not asked again."""
    wire.will(stalls(*said))

    error = await failed(opened, timeout_s=0.2)

    assert isinstance(error, ModelTooSlow)
    assert opened.pauses == []


@pytest.mark.filterwarnings("ignore:Pydantic serializer")
@pytest.mark.parametrize(
    "behaviour",
    [
        html(),
        raw(b""),
        raw(b"\xff\xfe\x00", "text/event-stream"),
        events(b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n'),
        events("{not json"),
        events("[DONE]"),
        events('{"choices": []}', "[DONE]"),
        events('{"choices": null}', "[DONE]"),
        events('{"choices": [{}]}', "[DONE]"),
        events('{"choices": "many"}', "[DONE]"),
        events('["no object"]', "[DONE]"),
        events("7", "[DONE]"),
        events(delta({}, finish="stop"), "[DONE]"),
        events(delta({"content": " \n"}), delta({}, finish="stop"), "[DONE]"),
        events(delta({}, finish="tool_calls"), "[DONE]"),
        answers(200, WHOLE),
        Says(calls=(ENDLESS,), fragment=9_999),
    ],
)
async def test_nonsense_is_told_from_an_answer(
    behaviour: Behaviour, wire: WireServer, opened: Opener
) -> None:
    """What is no answer is one clear error, asked once, without a word of the body."""
    wire.will(behaviour)

    error = await failed(opened)

    assert isinstance(error, ModelAnswerUnreadable)
    assert opened.pauses == []
    assert "sk-secret" not in shown(error)


async def test_a_redirect_is_not_followed(wire: WireServer, opened: Opener) -> None:
    """The key goes to no other place than the one that was set."""
    wire.will(redirects(f"{opened.url}/elsewhere"))

    error = await failed(opened)

    assert isinstance(error, ModelRefused)
    assert "MODEL_URL" in error.message
    assert wire.paths == ["/v1/chat/completions"]


async def test_nobody_at_the_address(opened: Opener) -> None:
    """A port without a server is unreachable, after two more tries."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        error = await failed(opened, url=f"http://127.0.0.1:{port}/v1")

    assert isinstance(error, ModelUnreachable)
    assert opened.pauses == [0.5, 1.0]
    assert str(port) not in shown(error)


async def test_a_cancelled_answer_closes_its_connection(
    wire: WireServer, opened: Opener
) -> None:
    """Stopping a run does not leave the server writing for nobody."""
    wire.will(stalls(HELLO), Says(text="Hi"))
    begun = asyncio.Event()

    async with opened() as model:

        async def listen() -> None:
            async for _ in model.astream("Go"):
                begun.set()

        listening = asyncio.create_task(listen())
        await begun.wait()
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening

        assert await asyncio.to_thread(wire.finished.acquire, timeout=5)
        assert (await streamed(model)).text == "Hi"


def test_what_is_not_known_stays_a_bug() -> None:
    """Only errors of the model's side get a message; ours stays itself."""
    ours = ModelTooSlow()

    assert model_failure(RuntimeError("a bug")) is None
    assert model_failure(ours) is ours


def test_a_slow_connection_is_no_connection() -> None:
    """Nothing was sent, so it may be asked again."""
    error = model_failure(httpx2.ConnectTimeout("slow"))

    assert isinstance(error, ModelUnreachable)
