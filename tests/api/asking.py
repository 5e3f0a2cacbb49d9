"""A GET, PUT or DELETE at the desk, as somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from marketing_agent.core.callers import Caller
    from tests.desk import Desk, Json


async def ask(
    desk: Desk,
    method: str,
    path: str,
    body: Json | None = None,
    caller: Caller | None = None,
    *,
    language: str = "",
) -> httpx.Response:
    """The answer to a request below /api/v1; by the owner if nobody is named.

    `language` is the value of `Accept-Language`, if there is one.
    """
    token = desk.tokens.token_for(caller or desk.caller())
    headers = {"Authorization": f"Bearer {token}"}
    if language:
        headers["Accept-Language"] = language
    return await desk.http.request(method, f"/api/v1{path}", json=body, headers=headers)
