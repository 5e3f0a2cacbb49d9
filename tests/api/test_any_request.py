"""Schemathesis over the public API: everything is answered as documented."""

from __future__ import annotations

import itertools
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.callers import Role
from tests.api.any_request import headers_of, open_door, problems_of
from tests.api.test_strangers import CONTENT_TYPES, ODD_VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = int(os.environ.get("ANY_REQUEST_EXAMPLES", "6"))
SENT_AS = ("application/json", "application/json", *CONTENT_TYPES)


@pytest.mark.parametrize("who", [Role.OWNER, Role.VIEWER, None])
async def test_every_answer_is_as_documented(
    database_url: str, who: Role | None
) -> None:
    """Any request, signed in or not: no 5xx, no undocumented status, type or body."""
    async with open_door(database_url) as (desk, url):
        statuses, found = await problems_of(url, headers_of(desk, who), EXAMPLES)
        assert found == []
        assert statuses[401] if who is None else statuses[200]
        assert statuses[405], "unsupported methods were tried"


def _odd_bodies() -> Iterator[bytes]:
    """Each odd value in each field of a request to the agent, and no JSON at all.

    Names are new each time: else a run would only be told again.
    """
    numbers = itertools.count()
    for value in ODD_VALUES:
        for change in _changes(value, f"m-{next(numbers)}"):
            names = {"threadId": f"t-{next(numbers)}", "runId": f"r-{next(numbers)}"}
            yield json.dumps(names | change).encode()
    yield from (b"", b"\xff\xfe", b"[" * 90_000, b'{"threadId":' * 20_000, b"null")


def _changes(value: Any, name: str) -> Iterator[dict[str, Any]]:
    message = {"id": name, "role": "user", "content": "Hello"}
    card = {"interruptId": "c", "status": "resolved", "payload": {"approved": True}}
    ignored = ("state", "tools", "context", "forwardedProps", "parentRunId")
    yield {"messages": [message], **dict.fromkeys(ignored, value)}
    for field in ("threadId", "runId", "messages", "resume"):
        yield {"messages": [message], field: value}
    for field in message:
        yield {"messages": [message | {field: value}]}
    for field in card:
        yield {"messages": [message], "resume": [card | {field: value}]}
    for field in ("message", "thread_id", "answers"):
        yield {"message": "Hello", field: value}


async def test_odd_requests_to_the_agent_are_answered(database_url: str) -> None:
    """NUL, lone surrogates, endless numbers and nesting: an answer, and no 5xx."""
    async with open_door(database_url) as (desk, _):
        for body, sent_as in zip(_odd_bodies(), itertools.cycle(SENT_AS)):
            headers = headers_of(desk, Role.OWNER) | {"content-type": sent_as}
            coded = {name: each.encode("latin-1") for name, each in headers.items()}
            for path in ("/api/v1/agent", "/api/v1/chat"):
                answer = await desk.http.post(path, content=body, headers=coded)
                assert answer.status_code in {200, 404, 409, 422}, (path, body[:99])
                assert "WentWrong" not in answer.text, (path, body[:99])


async def test_the_stream_and_the_errors_are_documented(database_url: str) -> None:
    """Events are events in the documentation, and each error has the house's shape."""
    async with open_door(database_url) as (desk, _):
        paths = (await desk.http.get("/api/openapi.json")).json()["paths"]
        for path in ("/api/v1/agent", "/api/v1/agent/runs/{run_id}/events"):
            operation = paths[path].get("post") or paths[path]["get"]
            assert set(operation["responses"]["200"]["content"]) == {
                "text/event-stream"
            }
        for operations in paths.values():
            for operation in operations.values():
                for status in ("401", "403", "404", "409", "422", "424", "429", "503"):
                    told = operation["responses"][status]["content"]
                    schema = told["application/json"]["schema"]
                    assert schema["required"] == ["error", "message"]
