"""Klaviyo's filter language: `operator(field,value)`, with strings in double quotes.

A string is written as in JSON, quotes and backslashes escaped, as the official SDK
writes it (`klaviyo_api.filter_builder`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_VALUES = 100
"""Values in one `any(...)`; also the largest page of profiles."""
MOST_CHARACTERS = 6000
"""Of one filter once percent-encoded: web servers commonly stop at 8 KiB of URL."""


def equals(field: str, value: str) -> str:
    """Compare with one value."""
    return f"equals({field},{_literal(value)})"


def any_of(field: str, values: Iterable[str]) -> str:
    """Compare with each of `values`, of which there is at least one."""
    return f"any({field},[{','.join(_literal(value) for value in values)}])"


def batches(values: Iterable[str]) -> Iterator[list[str]]:
    """Every value once, in its order, in lists that fit into one filter each."""
    batch: list[str] = []
    size = 0
    for value in dict.fromkeys(values):
        length = len(quote(f"{_literal(value)},", safe=""))
        if batch and (len(batch) == MOST_VALUES or size + length > MOST_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(value)
        size += length
    if batch:
        yield batch


def _literal(value: str) -> str:
    # A lone surrogate, which JSON can bring in, has no form in a URL.
    sendable = value.encode(errors="replace").decode()
    return json.dumps(sendable, ensure_ascii=False)
