"""The shop's inboxes, opened on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from marketing_agent.sandbox.line import SESSION_COOKIE
from marketing_agent.sandbox.network import Network
from marketing_agent.sandbox.phone import Phone
from marketing_agent.sandbox.shop import Customer, MergeError, ShopWorld, shop_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HANA = Customer(
    id="01HANA", email="hana@mail.test", phone="+819000000011", first_name="Hana"
)
KEN = Customer(id="01KEN", phone="+819000000012", first_name="Ken")
LINK = "https://m.test/l/a?email={{ email }}&phone={{ person.phone_number }}"
MAIL = f'<p>Hi {{{{ first_name }}}}</p><a href="{LINK}">Join us on LINE</a>'


@pytest.fixture
def shop() -> ShopWorld:
    """Give a shop of two customers."""
    return ShopWorld(customers=lambda: [HANA, KEN])


@pytest.fixture
async def phone(shop: ShopWorld) -> AsyncIterator[Phone]:
    """Give a phone that reaches the shop."""
    network = Network()
    network.serve("shop.test", shop_app(shop))
    async with Phone(transport=network) as phone:
        yield phone


async def test_a_customer_finds_the_email_and_its_link(
    shop: ShopWorld, phone: Phone
) -> None:
    """From all phones over the inbox to the email, whose link names the customer."""
    shop.send("News for {{ first_name }}", MAIL)

    phones = await phone.open("https://shop.test/")
    inbox = await phone.tap(phones, "Hana's phone")
    mail = await phone.tap(inbox, "News for Hana")

    assert "Hi Hana" in mail.text
    assert mail.link("Join us on LINE").href == (
        "https://m.test/l/a?email=hana@mail.test&phone=+819000000011"
    )


async def test_who_has_no_address_gets_no_email(shop: ShopWorld, phone: Phone) -> None:
    """Ken has no email address: his inbox stays empty and says so."""
    mails = shop.send("News", MAIL)

    inbox = await phone.open("https://shop.test/inbox/01KEN")

    assert [mail.customer_id for mail in mails] == ["01HANA"]
    assert inbox.has("inbox-empty")


async def test_the_newest_email_is_on_top(shop: ShopWorld, phone: Phone) -> None:
    """An inbox lists the last email first."""
    shop.send("First", MAIL)
    shop.send("Second", MAIL)

    inbox = await phone.open("https://shop.test/inbox/01HANA")

    assert inbox.text.index("Second") < inbox.text.index("First")


def test_a_broken_tag_sends_nothing(shop: ShopWorld) -> None:
    """Nobody gets half an email."""
    with pytest.raises(MergeError):
        shop.send("News", "{{ email|shout }}")

    assert shop.inbox("01HANA") == ()


async def test_an_exchange_id_is_added_to_every_web_link(phone: Phone) -> None:
    """`_kx` goes on http links as it is, before the fragment; nothing else changes."""
    shop = ShopWorld(
        customers=lambda: [HANA], exchange_id=lambda each: f"{each.id}%3D.ABC123"
    )
    html = (
        '<a href="https://m.test/">a</a> <a class=x href="https://m.test/?q=1#top">b</a>'
        ' <a href="mailto:shop@mail.test">c</a> <img src="https://m.test/i.png">'
    )

    sent = shop.send("News", html)[0].html

    assert 'href="https://m.test/?_kx=01HANA%3D.ABC123"' in sent
    assert 'href="https://m.test/?q=1&amp;_kx=01HANA%3D.ABC123#top"' in sent
    assert 'href="mailto:shop@mail.test"' in sent
    assert 'src="https://m.test/i.png"' in sent
    assert phone.line_user_id is None


async def test_emails_can_be_sent_over_http(shop: ShopWorld) -> None:
    """`POST /sandbox/mails` delivers, and answers with the paths of the emails."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(shop_app(shop)), base_url="https://shop.test"
    ) as client:
        response = await client.post(
            "/sandbox/mails", json={"subject": "News", "html": MAIL}
        )
        path = response.json()["delivered"][0]["path"]
        mail = await client.get(path)

    assert response.status_code == 201
    assert "Hi Hana" in mail.text


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"subject": "x"}', b'{"subject":"x","html":"{{ 7 }}"}']
)
async def test_a_bad_email_is_refused(shop: ShopWorld, content: bytes) -> None:
    """What cannot be sent is a 400 with a reason."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(shop_app(shop)), base_url="https://shop.test"
    ) as client:
        response = await client.post("/sandbox/mails", content=content)

    assert response.status_code == 400
    assert response.json()["error"]


@pytest.mark.parametrize("path", ["/inbox/nobody", "/inbox/01HANA/7", "/nothing"])
async def test_what_is_not_there_is_a_helpful_404(phone: Phone, path: str) -> None:
    """Unknown customers, emails and pages lead back to the start."""
    page = await phone.open(f"https://shop.test{path}")

    assert page.status == 404
    assert page.link("all phones").href == "/"


async def test_another_customers_email_cannot_be_opened(
    shop: ShopWorld, phone: Phone
) -> None:
    """An email opens in its own inbox only."""
    mail = shop.send("News", MAIL)[0]

    page = await phone.open(f"https://shop.test/inbox/01KEN/{mail.id}")

    assert page.status == 404


async def test_names_are_escaped_and_scripts_are_off(phone: Phone) -> None:
    """A customer's name is text on the shop's pages, and no page may run scripts."""
    odd = Customer(id="01ODD", email="odd@mail.test", first_name="<b>Odd</b>")
    network = Network()
    network.serve("shop.test", shop_app(ShopWorld(customers=lambda: [odd])))

    async with Phone(transport=network) as other:
        page = await other.open("https://shop.test/inbox/01ODD")

    assert "<b>Odd</b>'s inbox" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert phone.line_user_id is None


async def test_opening_an_inbox_says_whose_line_it_is() -> None:
    """With `line_user_of`, the browser that shows Hana's inbox is Hana for LINE."""
    shop = ShopWorld(
        customers=lambda: [HANA, KEN],
        line_user_of=lambda each: "U" + "1" * 32 if each is HANA else None,
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(shop_app(shop)), base_url="https://shop.test"
    ) as client:
        hana = await client.get("/inbox/01HANA")
        ken = await client.get("/inbox/01KEN")

    assert hana.cookies[SESSION_COOKIE] == "U" + "1" * 32
    assert SESSION_COOKIE not in ken.cookies
