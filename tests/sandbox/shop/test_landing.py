"""The shop's landing pages, and Klaviyo's part on them, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.klaviyo.form_building import popup_form
from marketing_agent.sandbox.network import Network
from marketing_agent.sandbox.shop import Landing, ShopWorld, shop_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SHOP, KLAVIYO = "https://shop.test", "https://klaviyo.test"
CODE = '<script async src="https://links.test/embed/k3y.js"></script>'


@pytest.fixture
def klaviyo() -> KlaviyoWorld:
    """Give an account with one live form."""
    world = KlaviyoWorld()
    world.forms.add("Welcome", form_id="Live01", definition=popup_form())
    return world


@pytest.fixture
def shop(klaviyo: KlaviyoWorld) -> ShopWorld:
    """Give a shop with Klaviyo's script on its landing pages."""
    shop = ShopWorld(customers=list)
    company = klaviyo.account.public_id
    shop.landing = Landing(company_id=company, klaviyo_url=KLAVIYO)
    return shop


@pytest.fixture
async def browser(
    shop: ShopWorld, klaviyo: KlaviyoWorld
) -> AsyncIterator[httpx.AsyncClient]:
    """Give something that can ask both."""
    network = Network()
    network.serve("shop.test", shop_app(shop))
    network.serve("klaviyo.test", klaviyo_app(klaviyo))
    async with httpx.AsyncClient(transport=network, base_url=SHOP) as client:
        yield client


@pytest.mark.parametrize("path", ["", "/inline", "/app", "/strict"])
async def test_the_embed_code_is_pasted_over_http(
    path: str, browser: httpx.AsyncClient
) -> None:
    """What is posted stands on every landing page, as pasted; the rest stays."""
    before = await browser.get(f"/landing{path}")
    await browser.post("/sandbox/landing", json={"embed_code": CODE})

    page = await browser.get(f"/landing{path}")

    assert CODE not in before.text
    assert CODE in page.text
    assert f"{KLAVIYO}/onsite/js/klaviyo.js?company_id=Hn4cFe" in page.text


async def test_what_is_no_landing_is_refused(browser: httpx.AsyncClient) -> None:
    """A misspelled field changes nothing and says so; an unknown page is none."""
    refused = await browser.post("/sandbox/landing", json={"embed": CODE})

    assert refused.status_code == 400
    assert "embed" in refused.json()["error"]
    assert (await browser.get("/landing/other")).status_code == 404


async def test_the_strict_page_allows_two_scripts_only(
    shop: ShopWorld, browser: httpx.AsyncClient
) -> None:
    """Its policy names the hosts of the two scripts, and allows nothing inline."""
    shop.landing = Landing(embed_code=CODE, company_id="Hn4cFe", klaviyo_url=KLAVIYO)

    policy = (await browser.get("/landing/strict")).headers["content-security-policy"]

    assert "script-src 'self' https://links.test https://klaviyo.test;" in policy
    assert "unsafe" not in policy


async def test_live_forms_are_shown_to_their_own_company(
    klaviyo: KlaviyoWorld, browser: httpx.AsyncClient
) -> None:
    """A draft is not shown, and another account's key shows nothing."""
    klaviyo.forms.add("Soon", form_id="Draft1", definition=popup_form(), status="draft")

    shown = await browser.get(f"{KLAVIYO}/onsite/forms?company_id=Hn4cFe")
    foreign = await browser.get(f"{KLAVIYO}/onsite/forms?company_id=Other1")

    assert [form["id"] for form in shown.json()["forms"]] == ["Live01"]
    assert foreign.json() == {"forms": []}


async def test_a_submission_makes_a_profile(
    klaviyo: KlaviyoWorld, browser: httpx.AsyncClient
) -> None:
    """What a visitor typed is a profile of the account, and an event of the form."""
    url = f"{KLAVIYO}/onsite/forms/Live01/submissions?company_id=Hn4cFe"
    typed = {"$email": "mei@mail.test", "$phone_number": "+819000000001"}

    answer = await browser.post(url, json={"values": typed})

    assert answer.status_code == 202
    (profile,) = klaviyo.profiles()
    assert (profile.email, profile.phone_number) == ("mei@mail.test", "+819000000001")
    (event, *_) = klaviyo.events(profile.id)
    assert event.properties["form_id"] == "Live01"


@pytest.mark.parametrize(
    ("form", "body", "status"),
    [("Gone01", '{"values": {}}', 404), ("Live01", '{"values": 7}', 400)],
)
async def test_odd_submissions_are_refused(
    form: str, body: str, status: int, browser: httpx.AsyncClient
) -> None:
    """An unknown form and an unreadable body are told apart."""
    url = f"{KLAVIYO}/onsite/forms/{form}/submissions?company_id=Hn4cFe"

    answer = await browser.post(url, content=body)

    assert answer.status_code == status
