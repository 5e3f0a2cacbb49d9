"""The scripted phone, on pages made for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.network import Network
from marketing_agent.sandbox.page_reader import parse
from marketing_agent.sandbox.phone import DESKTOP, Phone, PhoneError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

FORM = """
<title>A  form</title><style>p{}</style><script>document.write("no")</script>
<p>Hello <b>you</b>&amp;me</p>
<a href="next?a=1&amp;b=2" data-testid="go">Next <img src="i.png" alt="picture"></a>
<form method="post" action="/echo">
<input type="hidden" name="token" value="t"><input name="email">
<input type="checkbox" name="news" value="yes" checked>
<input type="checkbox" name="ads" value="yes">
<select name="size"><option value="s">S<option value="m" selected>M</select>
<button name="do" value="save" data-testid="save">Save it</button>
<input type="submit" value="Drop it" name="do">
</form>
"""


async def echo(request: Request) -> Response:
    """Show what a form sent."""
    form = await request.form()
    return JSONResponse([[key, str(value)] for key, value in form.multi_items()])


async def whoami(request: Request) -> Response:
    """Show cookies and user agent."""
    return JSONResponse({**request.cookies, "agent": request.headers["user-agent"]})


async def welcome(_: Request) -> Response:
    """Set a cookie and lead on."""
    response = RedirectResponse("/second", 302)
    response.set_cookie("seen", "yes")
    return response


@pytest.fixture
def network() -> Network:
    """Give a network with one small site."""
    network = Network()
    routes = [
        Route("/", lambda _: HTMLResponse(FORM)),
        Route("/echo", echo, methods=["POST"]),
        Route("/whoami", whoami),
        Route("/welcome", welcome),
        Route("/second", lambda _: RedirectResponse("/", 303)),
        Route("/next", lambda request: HTMLResponse(str(request.url.query))),
    ]
    network.serve("page.test", Starlette(routes=routes))
    return network


@pytest.fixture
async def phone(network: Network) -> AsyncIterator[Phone]:
    """Give a phone that reaches it."""
    async with Phone(transport=network) as phone:
        yield phone


def test_a_page_is_what_a_person_sees() -> None:
    """Title, text, links and pictures; no styles and no scripts."""
    page = parse(FORM)

    assert page.title == "A form"
    assert "Hello you&me" in page.text
    assert "no" not in page.text.split()
    assert page.link("Next").href == "next?a=1&b=2"
    assert page.link("go") is page.link("a=1")
    assert [(image.src, image.alt) for image in page.images] == [("i.png", "picture")]


async def test_redirects_are_followed_and_remembered(phone: Phone) -> None:
    """The page has the last URL; the hops have the others, in order."""
    page = await phone.open("https://page.test/welcome")

    assert page.url == "https://page.test/"
    assert [(hop.url, hop.status) for hop in page.hops] == [
        ("https://page.test/welcome", 302),
        ("https://page.test/second", 303),
    ]


async def test_a_tap_follows_a_relative_link(phone: Phone) -> None:
    """A link is resolved against its page."""
    page = await phone.tap(await phone.open("https://page.test/"), "Next")

    assert page.text == "a=1&b=2"


async def test_a_form_sends_what_stands_in_it(phone: Phone) -> None:
    """Defaults go along, changes replace them, and the tapped button is named."""
    page = await phone.open("https://page.test/")

    plain = await phone.submit(page, "save")
    changed = await phone.submit(
        page, "Drop it", email="hana@mail.test", news=False, ads=True
    )

    assert plain.text == (
        '[["token","t"],["email",""],["news","yes"],["size","m"],["do","save"]]'
    )
    assert changed.text == (
        '[["token","t"],["email","hana@mail.test"],["ads","yes"],["size","m"],'
        '["do","Drop it"]]'
    )


async def test_what_is_not_on_the_page_cannot_be_tapped(phone: Phone) -> None:
    """The error says what was there instead."""
    page = await phone.open("https://page.test/")

    with pytest.raises(PhoneError, match="there are: 'Next'"):
        await phone.tap(page, "Previous")
    with pytest.raises(PhoneError, match="'Save it', 'Drop it'"):
        await phone.submit(page, "Publish")
    with pytest.raises(PhoneError, match="no field fax"):
        await phone.submit(page, "save", fax="1")


async def test_cookies_stay_until_they_are_forgotten(
    phone: Phone, network: Network
) -> None:
    """Each phone has its own jar, and can lose it."""
    await phone.open("https://page.test/welcome")
    before = await phone.open("https://page.test/whoami")
    phone.forget_cookies()
    after = await phone.open("https://page.test/whoami")
    async with Phone(transport=network, user_agent=DESKTOP) as other:
        foreign = await other.open("https://page.test/whoami")

    assert '"seen":"yes"' in before.text
    assert "iPhone" in before.text
    assert '"seen"' not in after.text
    assert '"seen"' not in foreign.text
    assert "Macintosh" in foreign.text
