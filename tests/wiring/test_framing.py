"""Who may frame an application's pages, in the demo and elsewhere."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from marketing_agent.wiring.framing import Framed


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("frame-ancestors 'none'", "frame-ancestors http://localhost:8004"),
        ("frame-ancestors 'self'", "frame-ancestors 'self' http://localhost:8004"),
        ("img-src 'self'", "img-src 'self'"),
    ],
)
async def test_the_origin_is_named_where_a_page_names_who_may_frame_it(
    said: str, told: str
) -> None:
    """The rest of the policy and the other headers stay as they are."""

    async def page(_: object) -> PlainTextResponse:
        policy = {"content-security-policy": f"default-src 'none'; {said}", "x-a": said}
        return PlainTextResponse("hello", headers=policy)

    app = Framed(Starlette(routes=[Route("/", page)]), "http://localhost:8004")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://a.test") as http:
        answer = await http.get("/")

    assert answer.headers["content-security-policy"] == f"default-src 'none'; {told}"
    assert (answer.headers["x-a"], answer.text) == (said, "hello")
