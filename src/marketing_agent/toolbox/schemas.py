"""The tools as JSON Schemas, for programs: one description, in three shapes.

What the HTTP API, MCP and `marketing-agent tools export` tell is made here, so that
they cannot differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from marketing_agent.toolbox.pages import Effect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from marketing_agent.services.changes import Json
    from marketing_agent.toolbox.registry import Tool, Toolbox

REQUEST_ID: Final = "request_id"
"""What an MCP client may add to a write's arguments."""
_REQUEST_ID_SCHEMA: Final[Json] = {
    "type": "string",
    "maxLength": 100,
    "default": "",
    "description": "Your own name for this request. The same arguments with the same "
    "name are the same request; another name asks for the same once more.",
}
_SAID: Final[Json] = {"type": "string", "description": "What happened, in words."}


def described(toolbox: Toolbox, tool: Tool) -> Json:
    """Name, title, effect, description, and the schemas of arguments and result."""
    page = toolbox.pages[tool.name]
    return {
        "name": tool.name,
        "title": page.title,
        "effect": tool.effect.value,
        "description": page.body,
        "arguments": tool.takes.model_json_schema(),
        "result": result_schema(tool),
    }


def result_schema(tool: Tool) -> Json:
    """The JSON Schema of the block that the tool gives."""
    adapter: TypeAdapter[Any] = TypeAdapter(tool.gives)  # type: ignore[arg-type]
    return adapter.json_schema(mode="serialization")


def as_openai(toolbox: Toolbox, tool: Tool) -> Json:
    """A function as chat completions take it."""
    told = described(toolbox, tool)
    function = {
        "name": told["name"],
        "description": told["description"],
        "parameters": told["arguments"],
    }
    return {"type": "function", "function": function}


def as_mcp(toolbox: Toolbox, tool: Tool) -> Json:
    """A tool as MCP's `tools/list` tells it. A write asks, and a person answers."""
    page, reads = toolbox.pages[tool.name], tool.effect is Effect.READ
    arguments = tool.takes.model_json_schema()
    arguments.setdefault("properties", {})
    if not reads:
        arguments["properties"][REQUEST_ID] = dict(_REQUEST_ID_SCHEMA)
    return {
        "name": tool.name,
        "title": page.title,
        "description": page.body,
        "inputSchema": arguments,
        "outputSchema": _answer_schema(tool),
        "annotations": {
            "title": page.title,
            "readOnlyHint": reads,
            "destructiveHint": not reads,
            "idempotentHint": True,
            "openWorldHint": True,
        },
    }


FORMATS: Final[Mapping[str, Callable[[Toolbox, Tool], Json]]] = {
    "json": described,
    "openai": as_openai,
    "mcp": as_mcp,
}


def exported(toolbox: Toolbox, shape: str) -> list[Json]:
    """All tools by name, in one of the shapes of `FORMATS`."""
    return [FORMATS[shape](toolbox, tool) for _, tool in sorted(toolbox.tools.items())]


def _answer_schema(tool: Tool) -> Json:
    data = result_schema(tool)
    defined = data.pop("$defs", {})
    fields: Json = {"text": _SAID, "data": data}
    needed = ["status", "text", "data"]
    status = ["done"]
    if tool.effect is Effect.WRITE:
        status += ["pending", "rejected", "expired"]
        fields |= {
            "data": {"anyOf": [data, {"type": "null"}]},
            "change_id": {"type": ["integer", "null"]},
            "approval_request": {"type": ["object", "null"]},
        }
        needed += ["change_id", "approval_request"]
    schema: Json = {
        "type": "object",
        "properties": {"status": {"type": "string", "enum": status}} | fields,
        "required": needed,
    }
    return schema | {"$defs": defined} if defined else schema
