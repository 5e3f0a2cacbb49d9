"""What a merchant's chat asks of a language model, to be recorded and replayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import SecretStr

from marketing_agent.agent.models import ModelSettings, ModelThrottled
from marketing_agent.agent.openai_model import open_openai_model
from tests.agent.wire.behaviours import Says, WireCall, fails
from tests.cassettes.redaction import Redaction

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, AIMessageChunk

CASSETTE: Final = "openai.yaml"
ORIGIN: Final = "https://model.test"
KEY: Final = "sk-of-the-recording"
_ASKED: Final = [
    SystemMessage("You set up a merchant's integration."),
    HumanMessage("Please make a QR code for the summer fair"),
]
_TOOL: Final = {
    "type": "function",
    "function": {
        "name": "create_qr_link",
        "description": "Create a custom QR code.",
        "parameters": {"type": "object", "properties": {"name": {"type": "string"}}},
    },
}
_SUMMER: Final = WireCall(
    name="create_qr_link", arguments='{"name": "Summer fair, 夏祭り"}', id="call_summer"
)
_FLYER: Final = WireCall(
    name="create_qr_link", arguments='{"name": "Flyer"}', id="call_flyer"
)
SERVER_DOES: Final = (
    Says(text="Which fair is it for?"),
    Says(calls=(_SUMMER,), finish="tool_calls"),
    Says(text="Two codes.", calls=(_SUMMER, _FLYER), finish="tool_calls", usage=False),
    fails(429, retry_after="30"),
)
"""What the server of the recording is told to answer, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStory:
    """What our client understood."""

    words: AIMessage
    call: list[AIMessageChunk]
    parallel: AIMessage
    wait_s: float


def redaction(origin: str = ORIGIN) -> Redaction:
    """Name what the cassette must not hold, the server's real address among it."""
    names = {KEY: "model-key", origin: ORIGIN, "sk-secret of hana.sato@mail.test": "-"}
    return Redaction(names, ("127.0.0.1", "model.test"))


async def play(origin: str = ORIGIN) -> ModelStory:
    """Ask for words, for one call, for two at once, and once too often."""
    settings = ModelSettings(
        url=f"{origin}/v1", name="wire-1", api_key=SecretStr(KEY), temperature=0.0
    )
    async with open_openai_model(settings) as model:
        bound = model.bind_tools([_TOOL])
        return ModelStory(
            words=await bound.ainvoke(_ASKED),
            call=[chunk async for chunk in bound.astream(_ASKED)],
            parallel=await bound.ainvoke(_ASKED),
            wait_s=await _throttle(model),
        )


async def _throttle(model: BaseChatModel) -> float:
    try:
        await model.ainvoke(_ASKED)
    except ModelThrottled as error:
        return error.retry_after
    return 0.0
