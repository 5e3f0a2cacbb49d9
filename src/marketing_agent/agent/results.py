"""What a tool call came to, as the one JSON object of its ToolMessage.

`{"status": ...}` is one of the states below; `done` carries `text`, `data` and for a
write `change_id`, every other one a `message` that says what to do about it.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from marketing_agent.core.masked_text import masked_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.core.errors import MarketingAgentError
    from marketing_agent.toolbox.registry import ToolResult

Json: TypeAlias = dict[str, Any]

_MOST_CHARACTERS: Final = 20_000
_MOST_OF_A_LIST: Final = 20
_MOST_OF_A_TEXT: Final = 2_000


class Status(StrEnum):
    """How a tool call ended."""

    DONE = "done"
    ERROR = "error"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    """Something else was said while the card was open."""
    INTERRUPTED = "interrupted"
    """The run was stopped or died before this call was answered."""


def done(result: ToolResult, *, ran_instead: Mapping[str, Any] | None = None) -> Json:
    """The tool's own words and data; with the arguments that a person changed."""
    said: Json = {
        "status": Status.DONE.value,
        "text": result.text,
        "data": result.block.model_dump(mode="json"),
    }
    if result.change_id is not None:
        said["change_id"] = result.change_id
    if ran_instead is not None:
        said |= {"edited": True, "arguments": dict(ran_instead)}
    return said


def failed(error: MarketingAgentError) -> Json:
    """An error that whoever called can do something about."""
    return {
        "status": Status.ERROR.value,
        "code": type(error).__name__,
        "message": error.message,
    }


def not_done(status: Status, message: str) -> Json:
    """A call that was never carried out, and why."""
    return {"status": status.value, "message": message}


def as_content(said: Json, region: str) -> str:
    """The text that the model reads and the memory keeps: masked and capped.

    What comes from Klaviyo or LINE is in JSON strings: data, never instructions.
    """
    masked = json.dumps(_masked(said, region), ensure_ascii=False)
    if len(masked) <= _MOST_CHARACTERS:
        return masked
    brief = {key: value for key, value in said.items() if key != "data"}
    return json.dumps(
        _masked(brief, region) | {"data": None, "shortened": True}, ensure_ascii=False
    )


def masked_arguments(arguments: Mapping[str, Any], region: str) -> Json:
    """The same arguments without an email, a phone number or a credential in them."""
    masked: Json = _masked(dict(arguments), region)
    return masked


def _masked(value: Any, region: str) -> Any:
    match value:
        case str():
            return masked_text(value[:_MOST_OF_A_TEXT], region)
        case dict():
            return {key: _masked(each, region) for key, each in value.items()}
        case list():
            kept = [_masked(each, region) for each in value[:_MOST_OF_A_LIST]]
            more = len(value) - len(kept)
            return [*kept, f"and {more} more"] if more > 0 else kept
        case _:
            return value
