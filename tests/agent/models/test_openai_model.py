from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool

from marketing_agent.agent.repair import DROPPED
from tests.agent.models.opened import KEY, TOOL, streamed
from tests.agent.wire.behaviours import Says, WireCall, delta, events

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from tests.agent.models.opened import Opener
    from tests.agent.wire.server import WireServer

Way = Literal["streamed", "whole"]
SUMMER = '{"name": "Summer fair, 夏祭り"}'
FLYER = '{"name": "Flyer"}'
SUMMER_CALL = WireCall(name="create_qr_link", arguments=SUMMER, id="call_a")
FLYER_CALL = WireCall(name="create_qr_link", arguments=FLYER, id="call_b")


async def heard(model: BaseChatModel, *, way: Way, asked: Any = "Go") -> AIMessage:
    """Ask with tools, in one of the two ways."""
    bound = model.bind_tools([TOOL])
    return (
        await streamed(bound, asked)
        if way == "streamed"
        else await bound.ainvoke(asked)
    )


both_ways = pytest.mark.parametrize("way", ["streamed", "whole"])


@both_ways
async def test_words_usage_and_reason_arrive(
    way: Way, wire: WireServer, opened: Opener
) -> None:
    """The text is the server's to the character, with its tokens and its reason."""
    wire.will(Says(text="Hello はな, how\ncan I help?"))

    async with opened() as model:
        answer = await heard(model, way=way)

    assert answer.text == "Hello はな, how\ncan I help?"
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["total_tokens"] == 17
    assert answer.response_metadata["finish_reason"] == "stop"
    assert answer.response_metadata["model_name"] == "wire-1"


@both_ways
async def test_a_server_may_report_no_usage(
    way: Way, wire: WireServer, opened: Opener
) -> None:
    """An answer without token counts is as good as any."""
    wire.will(Says(text="Hi", usage=False))

    async with opened() as model:
        answer = await heard(model, way=way)

    assert (answer.text, answer.usage_metadata) == ("Hi", None)


@both_ways
async def test_split_and_interleaved_arguments_come_together(
    way: Way, wire: WireServer, opened: Opener
) -> None:
    """Two parallel calls whose fragments take turns keep their own arguments."""
    calls = (SUMMER_CALL, FLYER_CALL)
    wire.will(Says(text="Two codes.", calls=calls, finish="tool_calls"))

    async with opened() as model:
        answer = await heard(model, way=way)

    assert answer.text == "Two codes."
    assert [(call["id"], call["args"]) for call in answer.tool_calls] == [
        ("call_a", {"name": "Summer fair, 夏祭り"}),
        ("call_b", {"name": "Flyer"}),
    ]
    assert answer.invalid_tool_calls == []


async def test_calls_are_passed_on_whole_and_words_at_once(
    wire: WireServer, opened: Opener
) -> None:
    """A consumer never sees half a call, nor waits for all the words."""
    wire.will(Says(text="One moment.", calls=(SUMMER_CALL,), finish="tool_calls"))

    async with opened() as model:
        chunks = [each async for each in model.bind_tools([TOOL]).astream("Go")]

    assert [chunk.text for chunk in chunks] == ["One", " moment.", "", ""]
    assert chunks[2].tool_calls[0]["args"] == {"name": "Summer fair, 夏祭り"}
    assert chunks[3].chunk_position == "last"


@both_ways
@pytest.mark.parametrize(
    ("arguments", "finish"),
    [
        ('{"name": "Summer', "tool_calls"),
        ('{"name": "Summer', "length"),
        ('{"name": Summer}', "tool_calls"),
        ('["Summer"]', "tool_calls"),
        ('"Summer"', "tool_calls"),
        ('{"name": NaN}', "tool_calls"),
        ('{"name": "a\\u0000"}', "tool_calls"),
        ('{"name": "\\ud800"}', "tool_calls"),
        ("[" * 100_000, "tool_calls"),
        ("name=Summer", "stop"),
    ],
)
async def test_malformed_arguments_are_never_guessed(
    arguments: str, finish: str, way: Way, wire: WireServer, opened: Opener
) -> None:
    """A cut-off or unreadable argument text reaches the tool as just that."""
    call = WireCall(name="create_qr_link", arguments=arguments, id="call_a")
    wire.will(Says(calls=(call,), finish=finish, fragment=max(7, len(arguments) // 3)))

    async with opened() as model:
        answer = await heard(model, way=way)

    (made,) = answer.tool_calls
    assert (made["name"], made["id"]) == ("create_qr_link", "call_a")
    assert made["args"] == {"unreadable_arguments": arguments[:200]}
    assert answer.invalid_tool_calls == []


@both_ways
@pytest.mark.parametrize("arguments", ["", "{}", "null", " {}\n"])
async def test_a_call_without_arguments_has_none(
    arguments: str, way: Way, wire: WireServer, opened: Opener
) -> None:
    """What servers write for a tool that takes nothing is not an error."""
    call = WireCall(name="create_qr_link", arguments=arguments, id="call_a")
    wire.will(Says(calls=(call,), finish="tool_calls"))

    async with opened() as model:
        answer = await heard(model, way=way)

    assert [made["args"] for made in answer.tool_calls] == [{}]


async def test_a_call_cut_before_its_arguments_has_none_that_can_be_read(
    wire: WireServer, opened: Opener
) -> None:
    """A limit reached after the name is not a call without arguments."""
    call = WireCall(name="create_qr_link", arguments="", id="call_a")
    wire.will(Says(calls=(call,), finish="length"))

    async with opened() as model:
        answer = await heard(model, way="streamed")

    assert answer.tool_calls[0]["args"] == {"unreadable_arguments": "(cut off)"}


async def test_an_agent_works_with_it(wire: WireServer, opened: Opener) -> None:
    """LangChain's loop calls the tool, tells the result, and streams the words."""
    wire.will(
        Says(text="I look.", calls=(FLYER_CALL,), finish="tool_calls"),
        Says(text="There it is."),
    )

    @tool
    def create_qr_link(name: str) -> str:
        """Create a custom QR code."""
        return f"made {name}"

    async with opened() as model:
        agent = create_agent(model, tools=[create_qr_link])
        asked = {"messages": [HumanMessage("Go")]}
        parts = [part async for part in agent.astream(asked, stream_mode="messages")]

    said = "".join(part[0].text for part in parts)
    assert said == "I look.made FlyerThere it is."
    assert [message["role"] for message in wire.asked[1]["messages"]] == [
        "user",
        "assistant",
        "tool",
    ]
    assert wire.asked[1]["messages"][2]["tool_call_id"] == "call_b"


@both_ways
async def test_every_call_gets_an_id_of_its_own(
    way: Way, wire: WireServer, opened: Opener
) -> None:
    """Neither a missing id nor one said before leaves two calls with one answer."""
    ids = ("call_0", "call_0", None, "call_1")
    calls = (WireCall(name="create_qr_link", arguments=FLYER, id=each) for each in ids)
    wire.will(Says(calls=tuple(calls), finish="tool_calls"))
    earlier = [
        HumanMessage("Go"),
        AIMessage("", tool_calls=[{"name": "x", "args": {}, "id": "call_1"}]),
        ToolMessage("{}", tool_call_id="call_1"),
    ]

    async with opened() as model:
        answer = await heard(model, way=way, asked=earlier)

    made = [call["id"] for call in answer.tool_calls]
    assert made[0] == "call_0"
    assert len({*made, "call_1"}) == 5


@both_ways
async def test_a_flood_of_calls_is_cut(
    way: Way, wire: WireServer, opened: Opener
) -> None:
    """Ten calls are kept, and the answer says how many were not."""
    calls = tuple(
        WireCall(name="create_qr_link", arguments=FLYER, id=f"call_{n}")
        for n in range(13)
    )
    wire.will(Says(calls=calls, finish="tool_calls"))

    async with opened() as model:
        answer = await heard(model, way=way)

    assert [call["id"] for call in answer.tool_calls] == [
        f"call_{n}" for n in range(10)
    ]
    assert answer.response_metadata[DROPPED] == 3


@both_ways
async def test_prose_in_spite_of_a_forced_tool_is_only_prose(
    way: Way, wire: WireServer, opened: Opener
) -> None:
    """A server that ignores `tool_choice` gives text, and no call is made up."""
    wire.will(Says(text='{"name": "create_qr_link"}'))

    async with opened() as model:
        bound = model.bind_tools([TOOL], tool_choice="create_qr_link")
        answer = await (streamed(bound) if way == "streamed" else bound.ainvoke("Go"))

    assert wire.asked[0]["tool_choice"]["function"]["name"] == "create_qr_link"
    assert answer.tool_calls == []


@both_ways
@pytest.mark.parametrize("finish", ["stop", "length", "content_filter", "eos"])
async def test_any_reason_to_finish_will_do(
    finish: str, way: Way, wire: WireServer, opened: Opener
) -> None:
    """Words are passed on whatever ended them, and the reason is kept."""
    wire.will(Says(text="As far as", finish=finish))

    async with opened() as model:
        answer = await heard(model, way=way)

    assert answer.text == "As far as"
    assert answer.response_metadata["finish_reason"] == finish


@pytest.mark.parametrize("numbered", [{"index": 0}, {}], ids=["zero", "none"])
async def test_calls_of_one_index_are_told_apart_by_id(
    numbered: dict[str, int], wire: WireServer, opened: Opener
) -> None:
    """Servers that number every call 0, or none, are understood."""
    calls = [
        {**numbered, "id": each, "function": {"name": "create_qr_link", "arguments": a}}
        for each, a in (("call_a", SUMMER), ("call_b", FLYER[:5]))
    ]
    rest = {**numbered, "function": {"arguments": FLYER[5:]}}
    deltas = [delta({"tool_calls": [call]}) for call in (*calls, rest)]
    wire.will(events(*deltas, delta({}, finish="tool_calls"), "[DONE]"))

    async with opened() as model:
        answer = await heard(model, way="streamed")

    assert [call["args"]["name"] for call in answer.tool_calls] == [
        "Summer fair, 夏祭り",
        "Flyer",
    ]


async def test_what_a_server_repeats_counts_once(
    wire: WireServer, opened: Opener
) -> None:
    """Name, id, usage and reason in every event do not add up."""
    parts = [FLYER[:9], FLYER[9:]]
    said = [
        {
            **delta(
                {
                    "tool_calls": [
                        {
                            "index": 0,
                            "id": "call_a",
                            "function": {"name": "create_qr_link", "arguments": part},
                        }
                    ]
                },
                finish="tool_calls",
            ),
            "usage": {
                "prompt_tokens": 1,
                "completion_tokens": n,
                "total_tokens": 1 + n,
            },
        }
        for n, part in enumerate(parts)
    ]
    wire.will(events(*said, "[DONE]"))

    async with opened() as model:
        answer = await heard(model, way="streamed")

    (made,) = answer.tool_calls
    assert (made["name"], made["id"]) == ("create_qr_link", "call_a")
    assert made["args"] == {"name": "Flyer"}
    assert answer.response_metadata["finish_reason"] == "tool_calls"
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["output_tokens"] == 1


async def test_the_request_says_what_was_set_and_no_more(
    wire: WireServer, opened: Opener
) -> None:
    """Model, tools unstrict, usage wanted; no temperature unless one is set."""
    wire.will(*[Says(text="Hi")] * 3)

    async with opened() as model:
        await heard(model, way="streamed")
    async with opened(temperature=0.0) as model:
        await heard(model, way="whole")
    async with opened(name="gpt-5-codex") as model:
        await heard(model, way="whole")

    first, second, _ = wire.asked
    assert set(first) == {"messages", "model", "stream", "stream_options", "tools"}
    assert first["tools"] == [TOOL]
    assert second["temperature"] == 0.0
    assert wire.paths == ["/v1/chat/completions"] * 3
    assert wire.headers[0]["authorization"] == f"Bearer {KEY}"


async def test_nothing_of_the_environment_is_sent(
    wire: WireServer, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables meant for OpenAI do not reach another endpoint, nor redirect us."""
    for name in ("API_KEY", "ORG_ID", "PROJECT_ID", "ADMIN_KEY", "ORGANIZATION"):
        monkeypatch.setenv(f"OPENAI_{name}", "sk-of-the-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://elsewhere.test/v1")
    monkeypatch.setenv("OPENAI_PROXY", "http://proxy.test:1")
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    wire.will(Says(text="Hi"))

    async with opened(api_key=None) as model:
        await model.ainvoke("Go")

    assert "authorization" not in wire.headers[0]
    assert "sk-of-the-environment" not in str(wire.headers)


async def test_two_event_loops_in_one_process_do_not_share_a_client(
    wire: WireServer, opened: Opener
) -> None:
    """A model opened, closed and opened again answers (a cached client would not)."""
    wire.will(Says(text="Hi"), Says(text="Hi"))

    for _ in range(2):
        async with opened() as model:
            assert (await model.ainvoke("Go")).text == "Hi"


async def test_neither_model_nor_settings_show_the_key(opened: Opener) -> None:
    """Whoever logs them logs no secret, and not the address of a private server."""
    async with opened() as model:
        shown = f"{model!r} {model.bind_tools([TOOL])!r} {opened.settings()!r}"

    assert KEY not in shown
    assert opened.url not in repr(opened.settings())
