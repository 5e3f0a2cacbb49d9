"""A client that refuses whatever the published document does not describe."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from tests.sandbox.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.sandbox.klaviyo.openapi import Published


@contextmanager
def checked_client(world: KlaviyoWorld, document: Published) -> Iterator[httpx.Client]:
    """Serve the account and check every request and answer against the document."""
    headers = {
        "Authorization": f"Klaviyo-API-Key {world.private_key}",
        "revision": document.document["info"]["version"],
    }
    with (
        serving(klaviyo_app(world)) as base_url,
        httpx.Client(base_url=base_url, headers=headers) as client,
    ):
        client.event_hooks["response"] = [_checker(document)]
        yield client


def _template(document: Published, path: str) -> str:
    """Give the documented path that a request asks for."""
    for template in document.document["paths"]:
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), path):
            return str(template)
    raise AssertionError(f"{path} is not documented")


def _lacks(problem: str) -> bool:
    return ".attributes." in problem and problem.endswith(": missing")


def _checker(document: Published) -> Callable[[httpx.Response], None]:
    """Check an answer, and the request that led to it if it was accepted."""

    def check(response: httpx.Response) -> None:
        request, status = response.request, response.status_code
        where = (request.method, _template(document, request.url.path))
        body = response.read()
        schema = document.response_schema(*where, status)
        if schema is None:
            assert body == b""
            return
        # Live errors carry more than the document declares; successes must not.
        ok = response.is_success
        found = document.problems(schema, json.loads(body), closed=ok)
        # A sparse answer lacks attributes that the document requires of whole ones.
        sparse = any(name.startswith("fields[") for name in request.url.params)
        assert not [each for each in found if not (sparse and _lacks(each))]
        assert response.headers["Content-Type"] == "application/vnd.api+json"
        if ok and request.content:
            sent = json.loads(request.content)
            wanted = document.request_schema(*where)
            assert not document.problems(wanted, sent, closed=True)
        if ok:
            known = {p["name"] for p in document.operation(*where)["parameters"]}
            assert set(request.url.params) <= known

    return check
