"""The session cookie: for our own pages, on our own host, as long as the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.responses import Response

from marketing_agent.api.session_cookie import SessionCookie
from marketing_agent.api.tokens import TOKEN_LIFE
from marketing_agent.core.callers import CallerKind
from tests.api.sign_in.invited import OURS, browser, code_for, sign_in
from tests.desk import EMAIL, HOUSE

if TYPE_CHECKING:
    from tests.desk import Desk

APPROVE = {"tool": "create_qr_link", "arguments": EMAIL}


def _flags(public_url: str) -> set[str]:
    response = Response()
    SessionCookie(public_url).put(response, "the-token")
    return set(response.headers["set-cookie"].split("; "))


def test_over_https_the_cookie_is_this_hosts_alone() -> None:
    """No script reads it, no other site sends it, no other host or path sets it."""
    assert _flags("https://links.test") == {
        "__Host-session=the-token",
        "HttpOnly",
        "Max-Age=43200",
        "Path=/",
        "SameSite=strict",
        "Secure",
    }


def test_over_http_the_cookie_is_kept_at_all() -> None:
    """Browsers refuse Secure and the prefix on a developer's own machine."""
    assert _flags("http://localhost:8000") == {
        "session=the-token",
        "HttpOnly",
        "Max-Age=43200",
        "Path=/",
        "SameSite=strict",
    }


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "https://evil.test"},
        {"origin": "http://links.test"},
        {"origin": "https://links.test:444"},
        {"origin": "https://links.test.evil.test"},
        {"referer": f"{HOUSE}/"},
    ],
    ids=str,
)
async def test_a_write_from_elsewhere_is_refused(
    desk: Desk, headers: dict[str, str]
) -> None:
    """The cookie alone says who the person is, not that they meant it."""
    async with browser(desk) as mei:
        await sign_in(mei, await code_for(desk))
        before = await desk.counts()
        answer = await mei.post("/api/v1/approvals", json=APPROVE, headers=headers)

    assert (answer.status_code, answer.json()["error"]) == (403, "ForeignOrigin")
    assert await desk.counts() == before


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin"}, {"origin": HOUSE}], ids=str
)
async def test_a_write_from_our_page_is_carried_out(
    desk: Desk, headers: dict[str, str]
) -> None:
    """Browsers of today say same-origin, older ones name the origin."""
    async with browser(desk) as mei:
        await sign_in(mei, await code_for(desk))
        answer = await mei.post("/api/v1/approvals", json=APPROVE, headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://Links.test", "https://links.test"),
        ("https://links.test:443", "https://links.test"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://bücher.test", "https://xn--bcher-kva.test"),
    ],
)
async def test_the_origin_is_written_as_browsers_do(
    public_url: str, origin: str
) -> None:
    """However the operator spells PUBLIC_URL."""
    assert SessionCookie(public_url).origin == origin


async def test_a_token_goes_before_the_cookie(desk: Desk) -> None:
    """A bad one is not rescued by the cookie; another scheme is not ours to judge."""
    async with browser(desk) as mei:
        await sign_in(mei, await code_for(desk))
        agent = desk.tokens.token_for(desk.caller(CallerKind.AGENT))
        answers = [
            await mei.get("/api/v1/me", headers={"Authorization": text})
            for text in ("Bearer x", f"Bearer {agent}", "Basic bWVpOm1laQ==")
        ]

    assert [each.status_code for each in answers] == [401, 200, 200]
    assert [each.json()["kind"] for each in answers[1:]] == ["agent", "human"]


async def test_signing_out_takes_the_cookie(desk: Desk) -> None:
    """Afterwards the browser is a stranger; another site cannot do it to somebody."""
    async with browser(desk) as mei:
        await sign_in(mei, await code_for(desk))
        foreign = await mei.post("/api/v1/sign-out")
        still = await mei.get("/api/v1/me")
        ours = await mei.post("/api/v1/sign-out", headers=OURS)
        gone = await mei.get("/api/v1/me")

    statuses = [each.status_code for each in (foreign, still, ours, gone)]
    assert statuses == [403, 200, 204, 401]
    assert "Max-Age=0" in ours.headers["set-cookie"]


async def test_the_session_ends_with_its_token(desk: Desk) -> None:
    """A browser that keeps the cookie longer is signed out all the same."""
    async with browser(desk) as mei:
        token = (await sign_in(mei, await code_for(desk))).json()["token"]
        desk.clock.now += TOKEN_LIFE
        last = await mei.get("/api/v1/me")
        desk.clock.move(seconds=1)
        over = await mei.get("/api/v1/me")

    assert mei.cookies["__Host-session"] == token
    assert (last.status_code, over.status_code) == (200, 401)


async def test_a_made_up_cookie_is_no_session(desk: Desk) -> None:
    """Neither nonsense nor a cookie of another name signs anybody in."""
    token = desk.tokens.token_for(desk.caller())
    for cookie in ("__Host-session=x", "__Host-session=", f"session={token}"):
        answer = await desk.http.get("/api/v1/me", headers={"cookie": cookie})
        assert (answer.status_code, answer.json()["error"]) == (401, "SignInNeeded")
