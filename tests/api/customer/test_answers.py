"""What every answer has in common, and the answers that are images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.services import tickets
from tests.api.customer.qr_reader import modules_of_png, modules_of_svg, read
from tests.api.customer.stage import EMAIL, SHOP

if TYPE_CHECKING:
    import httpx

    from tests.api.customer.stage import Stage

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
POSTS = ["/link/opened", "/link/confirm", "/link/unlink"]
GETS = [
    "/l/nosuchslug",
    "/l/nosuchslug/qr.png",
    "/l/nosuchslug/qr.svg",
    "/link",
    "/link/qr.svg",
    "/link/state",
    "/line/callback",
    "/link/done",
    "/link/progress",
]


GUARDED = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


def _guards(headers: httpx.Headers) -> dict[str, str | None]:
    return {name: headers.get(name) for name in GUARDED}


@pytest.mark.parametrize("path", [*GETS, *POSTS])
async def test_every_answer_is_guarded(stage: Stage, path: str) -> None:
    """Whatever is asked of any path, the headers stand and it is a page, no 5xx."""
    async with stage.browser() as browser:
        answers = [await browser.request(method, path) for method in METHODS]

    for answer in answers:
        policy = answer.headers["content-security-policy"].split("; ")
        assert 400 <= answer.status_code < 500
        assert _guards(answer.headers) == GUARDED
        assert (policy[0], policy[-1]) == (
            "default-src 'none'",
            "frame-ancestors 'none'",
        )


async def test_good_answers_are_guarded_too(stage: Stage) -> None:
    """The redirect, the landing page and the script's count carry the same headers."""
    async with stage.browser() as browser:
        redirect = await browser.get(stage.linking_url())
        landing = await browser.get(redirect.headers["location"])
        ticket = redirect.headers["location"].partition("t=")[2]
        counted = await browser.post("/link/opened", data={"t": ticket})

    for answer in (redirect, landing, counted):
        assert _guards(answer.headers) == GUARDED
    assert "form-action 'self'" in landing.headers["content-security-policy"]
    assert landing.headers["content-language"] == "en"
    assert landing.headers["vary"] == "accept-language"


@pytest.mark.parametrize("path", POSTS)
async def test_a_restored_tab_gets_a_page(stage: Stage, path: str) -> None:
    """A browser that asks for a form's address with GET is sent back to the email."""
    async with stage.browser() as browser:
        answer = await browser.get(path)

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "start again from there" in answer.text


async def test_head_is_get_without_a_body(stage: Stage) -> None:
    """A HEAD gets the status and headers of the page, and nothing of the page."""
    path = await stage.landing_path()
    async with stage.browser() as browser:
        found = await browser.head(path)
        full = await browser.get(path)

    assert (found.status_code, found.content) == (200, b"")
    assert found.headers["content-length"] == str(len(full.content))
    assert found.headers["content-type"] == full.headers["content-type"]


async def test_head_does_not_spend_a_login(stage: Stage) -> None:
    """A link checker's HEAD on LINE's callback leaves the code for the customer."""
    ticket = (await stage.landing_path()).partition("t=")[2]
    state = tickets.login_attempt(stage.ground.vault, ticket).state
    query = {"t": ticket, "code": "a-code-of-LINEs", "state": state}
    async with stage.browser() as browser:
        checked = await browser.head("/line/callback", params=query)

    assert (checked.status_code, checked.headers["allow"]) == (405, "GET")
    assert "/oauth2/v2.1/token" not in {call.path for call in stage.line.calls}


async def test_the_image_in_the_email_leads_to_the_same_page(stage: Stage) -> None:
    """Mail proxies may keep it, it hides the address, and it opens the same page."""
    image_url = stage.linking_url().replace("?", "/qr.png?")
    async with stage.browser() as browser:
        image = await browser.get(image_url)
        target = read(modules_of_png(image.content, scale=8, border=4))
        landing = await browser.get(target, follow_redirects=True)

    assert image.headers["content-type"] == "image/png"
    assert image.headers["cache-control"] == "public, max-age=86400"
    assert EMAIL not in target
    assert "h•••@m•••.test" in landing.text


async def test_a_computer_shows_the_page_as_a_qr_code(stage: Stage) -> None:
    """The image holds the URL of that very page, which then says it was scanned."""
    path = await stage.landing_path()
    async with stage.browser() as browser:
        image = await browser.get(path.replace("?", "/qr.svg?"))

    assert image.headers["content-type"].startswith("image/svg+xml")
    assert read(modules_of_svg(image.content, border=4)) == f"{SHOP}{path}&scan=1"


async def test_an_image_is_made_whatever_the_email_put_in(stage: Stage) -> None:
    """A value that no QR code can hold is left out; the image still leads here."""
    query = {"email": "🍙" * 400}
    async with stage.browser() as browser:
        path = f"/l/{stage.qr_link.slug}/qr.png"
        image = await browser.get(path, params=query)
        target = read(modules_of_png(image.content, scale=8, border=4))
        landing = await browser.get(target, follow_redirects=True)

    assert (image.status_code, landing.status_code) == (200, 200)
    assert "This link is for" not in landing.text
