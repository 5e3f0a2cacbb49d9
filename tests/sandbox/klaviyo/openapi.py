"""Reads Klaviyo's published OpenAPI 3.0 document and checks values against its schemas.

Only the keywords that the document uses are understood (`type`, `properties`,
`required`, `items`, `enum`, `nullable`, `format`, `maxProperties`, `allOf`, `oneOf`,
`$ref`); any other is an error, so that nothing passes unchecked.
"""

from __future__ import annotations

import json
import math
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

Schema = dict[str, Any]

_DOCUMENT = Path(__file__).parents[3].parent / "shared/specs/klaviyo-openapi.json"
_KNOWN = {
    *("type", "properties", "required", "items", "enum", "nullable", "format"),
    *("allOf", "oneOf", "$ref", "description", "example", "default", "maxProperties"),
}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def published() -> Published:
    """Give the document; skip the test where it is absent, but fail in CI."""
    if not _DOCUMENT.exists():
        reason = f"{_DOCUMENT.name} is not beside this checkout"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return Published(json.loads(_DOCUMENT.read_text()))


@dataclass(frozen=True, slots=True)
class Published:
    """The document."""

    document: dict[str, Any]

    def operation(self, method: str, path: str) -> dict[str, Any]:
        """Give an operation by method and path template."""
        found: dict[str, Any] = self.document["paths"][path][method.lower()]
        return found

    def request_schema(self, method: str, path: str) -> Schema:
        """Give the schema of the operation's request body."""
        return _content(self.operation(method, path)["requestBody"])

    def response_schema(self, method: str, path: str, status: int) -> Schema | None:
        """Give the schema of this answer; none if it is documented without a body."""
        responses = self.operation(method, path)["responses"]
        described = responses.get(str(status)) or responses[f"{status // 100}XX"]
        if "$ref" in described:
            described = self._referenced(described["$ref"])
        return _content(described) if "content" in described else None

    def problems(self, schema: Schema, value: object, *, closed: bool) -> list[str]:
        """List what is wrong with *value*; `closed` also forbids undeclared keys."""
        return list(_Check(self, closed).check(schema, value, "$"))

    def flat(self, schema: Schema) -> Schema:
        """Resolve references and merge `allOf` into one schema."""
        if strange := set(schema) - _KNOWN:
            raise NotImplementedError(f"schema keywords {sorted(strange)}")
        parts = list(schema.get("allOf", ()))
        if "$ref" in schema:
            parts.append(self._referenced(schema["$ref"]))
        own = {k: v for k, v in schema.items() if k not in {"allOf", "$ref"}}
        for part in parts:
            own = _both(self.flat(part), own)
        return own

    def _referenced(self, reference: str) -> Schema:
        found: Any = self.document
        for key in reference.removeprefix("#/").split("/"):
            found = found[key]
        return dict(found)


def _content(described: dict[str, Any]) -> Schema:
    schema: Schema = described["content"]["application/vnd.api+json"]["schema"]
    return schema


def _both(first: Schema, second: Schema) -> Schema:
    merged = {**first, **second}
    required = {*first.get("required", ()), *second.get("required", ())}
    if required:
        merged["required"] = sorted(required)
    properties = {**first.get("properties", {})}
    for name, schema in second.get("properties", {}).items():
        known = properties.get(name)
        properties[name] = {"allOf": [known, schema]} if known else schema
    return {**merged, "properties": properties} if properties else merged


@dataclass(frozen=True, slots=True)
class _Check:
    document: Published
    closed: bool

    def check(self, schema: Schema, value: object, at: str) -> list[str]:
        flat = self.document.flat(schema)
        if value is None:
            return [] if flat.get("nullable") else [f"{at}: null"]
        if "oneOf" in flat:
            return self._one_of(flat["oneOf"], value, at)
        if kind := flat.get("type"):
            boolean = isinstance(value, bool) and kind != "boolean"
            if boolean or not isinstance(value, _TYPES[kind]):
                return [f"{at}: not a {kind}"]
        return [*self._scalar(flat, value, at), *self._nested(flat, value, at)]

    def _one_of(self, choices: list[Schema], value: object, at: str) -> list[str]:
        fits = [not self.check(choice, value, at) for choice in choices].count(True)
        return [] if fits == 1 else [f"{at}: fits {fits} of {len(choices)} choices"]

    def _scalar(self, flat: Schema, value: object, at: str) -> list[str]:
        if "enum" in flat and value not in flat["enum"]:
            return [f"{at}: {value} is not one of {flat['enum']}"]
        if isinstance(value, str) and not _has_format(flat.get("format"), value):
            return [f"{at}: not a {flat['format']}"]
        return []

    def _nested(self, flat: Schema, value: object, at: str) -> list[str]:
        if isinstance(value, list):
            items = flat.get("items", {})
            return [
                problem
                for place, item in enumerate(value)
                for problem in self.check(items, item, f"{at}[{place}]")
            ]
        if isinstance(value, dict) and len(value) > flat.get("maxProperties", math.inf):
            return [f"{at}: too many properties"]
        if isinstance(value, dict) and "properties" in flat:
            return self._object(flat, value, at)
        return []

    def _object(self, flat: Schema, value: dict[str, Any], at: str) -> list[str]:
        declared = flat["properties"]
        missing = sorted(set(flat.get("required", ())) - set(value))
        strange = sorted(set(value) - set(declared)) if self.closed else []
        return [
            *(f"{at}.{name}: missing" for name in missing),
            *(f"{at}.{name}: undeclared" for name in strange),
            *(
                problem
                for name in declared
                if name in value
                for problem in self.check(declared[name], value[name], f"{at}.{name}")
            ),
        ]


def _has_format(name: str | None, value: str) -> bool:
    match name:
        case "date-time":
            return bool(re.match(r"\d{4}-\d\d-\d\dT", value)) and _is_instant(value)
        case "uri":
            return bool(urlsplit(value).scheme and urlsplit(value).netloc)
        case _:
            return True


def _is_instant(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
