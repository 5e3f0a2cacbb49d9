"""The OpenAPI document, with what the tools take and give as schemas of their own.

A tool's route answers any block; clients with types read `Tools`, which names for each
tool its arguments and the block of its result.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from marketing_agent.services.changes import Json
    from marketing_agent.toolbox.registry import Toolbox

_REFERENCE: Final = "#/components/schemas/{model}"


def document_of(app: FastAPI, toolbox: Toolbox) -> Json:
    """The document of these routes and tools, the same again for the same version."""
    made = get_openapi(title=app.title, version=app.version, routes=app.routes)
    # References of a schema that Pydantic made alone would lead nowhere in here.
    words = json.dumps(made).replace("#/$defs/", _REFERENCE.format(model=""))
    document: Json = json.loads(words)
    schemas: Json = document["components"]["schemas"]
    for definitions in list(_definitions_in(document["paths"])):
        schemas |= definitions
    schemas |= _tool_schemas(toolbox, schemas)
    return document


def _definitions_in(node: Any) -> Iterator[Json]:
    """Take away the definitions that schemas carry along, wherever they stand."""
    if isinstance(node, dict):
        if "$defs" in node:
            yield node.pop("$defs")
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _definitions_in(each)


def _tool_schemas(toolbox: Toolbox, of_routes: Json) -> Json:
    """The schemas by name, longer where a route's other schema has that name."""
    adapters: list[tuple[Any, Any, TypeAdapter[Any]]] = []
    for name, tool in sorted(toolbox.tools.items()):
        adapters.append(((name, "arguments"), "validation", TypeAdapter(tool.takes)))
        gives: TypeAdapter[Any] = TypeAdapter(tool.gives)  # type: ignore[arg-type]
        adapters.append(((name, "result"), "serialization", gives))
    places, defined = TypeAdapter.json_schemas(
        adapters,
        ref_template=_REFERENCE,
    )
    tools = {name: _tool(name, places) for name in sorted(toolbox.tools)}
    named: Json = defined.get("$defs", {}) | {"Tools": _object(tools)}
    words = json.dumps(named)
    taken = {name for name in named if of_routes.get(name, named[name]) != named[name]}
    for name in taken:
        own = _REFERENCE.format(model=name)
        words = words.replace(f'"{own}"', f'"{own}OfTool"')
    renamed: Json = json.loads(words)
    return {f"{k}OfTool" if k in taken else k: v for k, v in renamed.items()}


def _tool(name: str, places: dict[Any, Any]) -> Json:
    arguments = places[(name, "arguments"), "validation"]
    result = places[(name, "result"), "serialization"]
    return _object({"arguments": arguments, "result": result})


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}
