"""LINE's published OpenAPI documents, and a check of JSON values against them.

The check knows the part of JSON Schema that those documents use. It names the place
of every difference; an empty list means that the value is as documented.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

# Any: parsed YAML and JSON, read by the keys that the documents define.
Json = Any

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "specs" / "line"
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


@cache
def document(name: str) -> Json:
    """Load one document; skips the test where they are absent, fails on CI."""
    path = FOLDER / name
    if path.exists():
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    reason = f"LINE's {name} is not beside this checkout"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def answer_schema(name: str, method: str, path: str, status: int) -> Json:
    """Find the documented schema of an answer; error statuses are mostly missing."""
    answers = document(name)["paths"][path][method]["responses"]
    content = answers[str(status)].get("content", {})
    return content.get("application/json", {}).get("schema", {})


def differences(name: str, schema: Json, value: Json, at: str = "$") -> list[str]:
    """Compare a value with a schema of a document."""
    schema = _resolved(name, schema)
    found = _of_type(schema, value, at)
    for part in schema.get("allOf", []):
        found += differences(name, part, value, at)
    if isinstance(value, dict):
        found += _of_object(name, schema, value, at)
    if isinstance(value, list):
        for number, item in enumerate(value):
            inner = schema.get("items", {})
            found += differences(name, inner, item, f"{at}[{number}]")
    return found


def webhook_differences(body: Json) -> list[str]:
    """Compare a webhook body with `webhook.yml`, each event with its own type."""
    name = "webhook.yml"
    schemas = document(name)["components"]["schemas"]
    found = differences(name, schemas["CallbackRequest"], body)
    kinds = schemas["Event"]["discriminator"]["mapping"]
    for number, event in enumerate(body["events"]):
        at = f"$.events[{number}]"
        found += differences(name, {"$ref": kinds[event["type"]]}, event, at)
    return found


def _resolved(name: str, schema: Json) -> Json:
    while "$ref" in schema:
        part = document(name)
        for key in schema["$ref"].removeprefix("#/").split("/"):
            part = part[key]
        schema = part
    return schema


def _of_type(schema: Json, value: Json, at: str) -> list[str]:
    kind = schema.get("type")
    is_bool = isinstance(value, bool) and kind != "boolean"
    if kind and (is_bool or not isinstance(value, TYPES[kind])):
        return [f"{at} is {value!r}, not {kind}"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at} is {value!r}, not one of {schema['enum']}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at} is {value!r}, not like {schema['pattern']}")
    if kind in ("string", "array"):
        least = schema.get("minLength", schema.get("minItems", 0))
        most = schema.get("maxLength", schema.get("maxItems", len(value)))
        if not least <= len(value) <= most:
            found.append(f"{at} has {len(value)}, not {least} to {most}")
    return found


def _of_object(name: str, schema: Json, value: Json, at: str) -> list[str]:
    found = [
        f"{at}.{key} is missing"
        for key in schema.get("required", [])
        if key not in value
    ]
    for key, inner in schema.get("properties", {}).items():
        if key in value:
            found += differences(name, inner, value[key], f"{at}.{key}")
    return found
