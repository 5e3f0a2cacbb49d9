"""GET changes nothing: mail scanners and link previews open every address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.sandbox.page_reader import parse
from marketing_agent.sandbox.seed import PERSONAS
from tests.api.line_deliveries import webhook_of
from tests.desk import EMAIL

if TYPE_CHECKING:
    from tests.desk import Desk

HANA = PERSONAS[0]


async def _every_address(desk: Desk) -> list[str]:
    """The addresses of a whole visit, and those of the program itself."""
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id)
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    opened = await desk.http.get(f"/l/{slug}?email={HANA.email}")
    landing = opened.headers["location"]
    webhook = await webhook_of(desk)
    return [
        f"/l/{slug}?email={HANA.email}",
        f"/l/{slug}/qr.png?email={HANA.email}",
        landing,
        f"{landing}&retry=1",
        landing.replace("/link", "/link/qr.svg"),
        landing.replace("/link", "/link/state"),
        f"/l/{slug}/qr.svg",
        "/link/opened",
        "/link/confirm",
        "/link/unlink",
        "/link/done?v=x",
        "/link/progress?v=x",
        f"/line/webhook/{webhook.key}",
        "/sign-in",
        "/",
        "/dashboard/",
        "/dashboard/friends/U1",
        "/api/v1/sign-in",
        "/api/v1/sign-out",
        "/api/v1/me",
        "/api/v1/tools",
        "/api/v1/tools/create_qr_link",
        "/api/v1/approvals",
        "/api/docs",
        "/api/openapi.json",
        "/health/live",
        "/health/ready",
    ]


async def test_opening_every_address_writes_nothing(desk: Desk) -> None:
    """No row appears and nobody is woken, however often a scanner comes."""
    addresses = await _every_address(desk)
    before, seen = await desk.counts(), set()
    desk.wakes.heard.clear()

    for _ in range(2):
        for address in addresses:
            for method in ("GET", "HEAD", "OPTIONS"):
                answer = await desk.http.request(method, address)
                seen.add(answer.status_code)

    assert await desk.counts() == before
    assert desk.wakes.heard == []
    assert {200, 303, 401, 405} <= seen


async def test_a_signed_in_get_writes_nothing_either(desk: Desk) -> None:
    """Also with an owner's token, reading is all that GET can do."""
    addresses = await _every_address(desk)
    before = await desk.counts()
    token = desk.tokens.token_for(desk.caller())

    for address in addresses:
        await desk.http.get(address, headers={"Authorization": f"Bearer {token}"})

    assert await desk.counts() == before


async def test_lines_callback_is_the_one_get_that_writes(desk: Desk) -> None:
    """A real login's way back stores the claim; the test above would see it."""
    addresses = await _every_address(desk)
    before = await desk.counts()

    page = parse((await desk.http.get(addresses[2])).text)
    assert page.has("log-in")
    await desk.join(HANA.line_user_id, f"https://links.test{addresses[2]}")

    after = await desk.counts()
    assert after["facts"] > before["facts"]
    assert after["approvals"] == before["approvals"]
