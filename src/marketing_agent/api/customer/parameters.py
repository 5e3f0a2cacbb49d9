"""What a request brings, as text by name; total over whatever a stranger sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from marketing_agent.core.errors import BadInput

if TYPE_CHECKING:
    from starlette.requests import Request

_LARGEST_FORM: Final = 16_384
"""Bytes; the largest of ours is a sealed login of some 1,000."""


_LONGEST_QUERY: Final = 8_192
"""Bytes; the longest of ours holds a ticket of some 700."""


class QueryTooLong(BadInput):
    """The address of these pages has at most 8,192 bytes behind its question mark."""


class FormTooLarge(BadInput):
    """A form of these pages has at most 16,384 bytes."""


def refuse_long_query(request: Request) -> None:
    """Raises QueryTooLong."""
    if len(request.scope.get("query_string", b"")) > _LONGEST_QUERY:
        raise QueryTooLong


def query_of(request: Request) -> dict[str, str]:
    """The query parameters; of a repeated one the last counts."""
    return dict(request.query_params)


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a URL-encoded form; any other body has none of them.

    Raises FormTooLarge before a large body is in memory.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            raise FormTooLarge
    text = body.decode("utf-8", errors="replace")
    return dict(parse_qsl(text, keep_blank_values=True))
