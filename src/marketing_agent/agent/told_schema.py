"""A tool's arguments as a model is told about them: what to give, in few tokens.

Limits and patterns stay in the toolbox, which checks every call and says what to
change; a model that is told them all pays for them in every request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pydantic import BaseModel

_TOLD: Final = ("type", "description", "enum", "const", "properties", "required")
_NULL: Final = {"type": "null"}


def told_schema(takes: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema without titles, defaults, limits and alternatives of null.

    What may be null is not required, so that leaving it out says the same.
    """
    schema = takes.model_json_schema()
    del schema["description"]  # the class's own docstring: the page says what it is
    return {"properties": {}, **_told(schema, schema.get("$defs", {}))}


def _told(schema: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    schema = _resolved(schema, named)
    told: dict[str, Any] = {key: schema[key] for key in _TOLD if key in schema}
    if "properties" in told:
        told["properties"] = {
            name: _told(each, named) for name, each in told["properties"].items()
        }
    if "items" in schema:
        told["items"] = _told(schema["items"], named)
    if "anyOf" in schema:
        told["anyOf"] = [_told(each, named) for each in schema["anyOf"]]
    return told


def _resolved(schema: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """A reference and an alternative of null are taken away; the words stay."""
    told: dict[str, Any] = {
        key: each for key, each in schema.items() if key not in {"$ref", "anyOf"}
    }
    if "$ref" in schema:
        there = named[schema["$ref"].rpartition("/")[2]]
        enumerated = {key: there[key] for key in there if key != "description"}
        return _resolved({**enumerated, **told}, named)
    choices = [each for each in schema.get("anyOf", ()) if each != _NULL]
    if len(choices) == 1:
        return _resolved({**choices[0], **told}, named)
    return {**told, "anyOf": choices} if choices else told
