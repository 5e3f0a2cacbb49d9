"""Mei, who was invited to the shop, and her browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import httpx

from marketing_agent.core.callers import Role
from marketing_agent.services.invitations import invite
from tests.desk import HOUSE

if TYPE_CHECKING:
    from tests.desk import Desk

LIFE: Final = timedelta(hours=168)
OURS: Final = {"origin": HOUSE}
"""What a browser tells of a request that a page of ours makes."""


async def link_for(desk: Desk, name: str = "Mei", **other: Any) -> str:
    """What the operator's command prints."""
    told = {"merchant_id": desk.merchant_id, "role": Role.OWNER, "life": LIFE} | other
    return await invite(desk.ground, name=name, **told)


async def code_for(desk: Desk, name: str = "Mei", **other: Any) -> str:
    """The part of the link that stays in the browser."""
    return (await link_for(desk, name, **other)).partition("#")[2]


def browser(desk: Desk, *, address: str = "192.0.2.7", **headers: str) -> Any:
    """Open a browser with a cookie jar of its own, which follows no redirects."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(desk.app, client=(address, 5000)),
        base_url=HOUSE,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


async def sign_in(client: httpx.AsyncClient, code: str) -> httpx.Response:
    """Ask the API to use up this code."""
    return await client.post("/api/v1/sign-in", json={"code": code})
