"""What one call of a language model has used: as it reports, or else estimated."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from langchain_core.messages import AIMessage
from langchain_core.utils.function_calling import convert_to_openai_tool

from marketing_agent.storage.token_use import TokenUse

if TYPE_CHECKING:
    from langchain.agents.middleware import ModelRequest, ModelResponse
    from langchain_core.messages import BaseMessage

_CHARACTERS_OF_A_TOKEN: Final = 4
"""A rule of thumb for English; of other scripts a token holds fewer."""


def tokens_of(request: ModelRequest[Any], response: ModelResponse[Any]) -> TokenUse:
    """The tokens that the model reports; some servers report none, or only zeros."""
    answers = [each for each in response.result if isinstance(each, AIMessage)]
    reported = [each.usage_metadata for each in answers if each.usage_metadata]
    tokens_in = sum(each["input_tokens"] for each in reported)
    tokens_out = sum(each["output_tokens"] for each in reported)
    if tokens_in + tokens_out > 0:
        return TokenUse(tokens_in=tokens_in, tokens_out=tokens_out)
    return _estimated(_asked(request), sum(map(_length, answers)))


def _estimated(characters_in: int, characters_out: int) -> TokenUse:
    tokens_in = math.ceil(characters_in / _CHARACTERS_OF_A_TOKEN)
    tokens_out = math.ceil(characters_out / _CHARACTERS_OF_A_TOKEN)
    return TokenUse(
        tokens_in=tokens_in, tokens_out=tokens_out, estimated=tokens_in + tokens_out
    )


def _asked(request: ModelRequest[Any]) -> int:
    """The characters of the prompt, the conversation and the tools."""
    told = [json.dumps(convert_to_openai_tool(each)) for each in request.tools]
    system = 0 if request.system_message is None else _length(request.system_message)
    return system + sum(map(_length, request.messages)) + sum(map(len, told))


def _length(message: BaseMessage) -> int:
    calls = message.tool_calls if isinstance(message, AIMessage) else []
    return len(message.text) + len(json.dumps([each["args"] for each in calls]))
