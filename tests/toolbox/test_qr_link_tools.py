"""Custom QR codes by typed tool calls, and what a merchant pastes into an email."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from marketing_agent.core.blocked import BlockList
from marketing_agent.core.door import Admitted, Door, RawSignals, verdict_at_the_door
from marketing_agent.core.qr_links import LinkType, QrLinkDraft
from marketing_agent.core.signals import SignalHash
from marketing_agent.sandbox.page_reader import parse
from marketing_agent.sandbox.shop.customers import Customer
from marketing_agent.sandbox.shop.merge import render, variables
from marketing_agent.storage import qr_links
from tests.desk import EMAIL, HOUSE, LINE

if TYPE_CHECKING:
    from tests.desk import Desk

PHONE = "{{ person.phone_number|default:'' }}"
ID = "id={{ person.KlaviyoID }}"
BOTH: Final = EMAIL | {"phone_variable": PHONE}


async def test_a_linking_url_exists_once_saved_and_shows_when_reopened(
    desk: Desk,
) -> None:
    """Before the save there is none; after it, the list and the one card agree."""
    assert await desk.block("show_qr_links") == {"qr_links": []}

    card = await desk.write("create_qr_link", EMAIL)
    listed = await desk.block("show_qr_links")
    reopened = await desk.block("show_qr_links", {"slug": card["slug"]})

    url = f"{HOUSE}/l/{card['slug']}"
    assert card["linking_url"] == f"{url}?email={{{{ email }}}}&{ID}"
    assert card["image_url"] == f"{url}/qr.png?email={{{{ email }}}}&{ID}"
    assert listed == reopened == {"qr_links": [card]}


async def test_the_story_of_a_custom_qr_code(desk: Desk) -> None:
    """What the tools say in words, from an empty shop to two codes."""
    nothing = await desk.call("show_qr_links")
    assert nothing.json()["text"] == "There is no custom QR code yet."

    approval = await desk.approve("create_qr_link", BOTH | {"name": "Spring"})
    saved = await desk.call(
        "create_qr_link", BOTH | {"name": "Spring"}, approval=approval
    )
    slug = saved.json()["block"]["slug"]
    url = f"{HOUSE}/l/{slug}?email={{{{ email }}}}&phone={PHONE}&{ID}"
    assert saved.json()["text"] == (
        f'The custom QR code "Spring" is saved. Its linking URL is {url}'
    )

    desk.clock.move(minutes=1)
    poster = await desk.write("create_qr_link", {"name": "Poster", "link_type": "none"})
    listed = await desk.call("show_qr_links")
    assert listed.json()["text"].splitlines() == [
        f"- Poster ({poster['slug']}): links nobody, {poster['add_friend_url']}",
        f"- Spring ({slug}): links by email and phone, {url}",
    ]


async def test_link_type_none_has_no_linking_url(desk: Desk) -> None:
    """A code that only adds friends has an address of its own kind, and no signal."""
    card = await desk.write("create_qr_link", {"name": "Poster", "link_type": "none"})

    assert card["linking_url"] is None
    assert card["add_friend_url"].endswith(f"/l/{card['slug']}")
    assert "{{" not in card["email_link"] + card["email_image"]
    opened = await desk.http.get(f"/l/{card['slug']}?email=hana.sato@mail.test")
    assert opened.headers["location"].startswith(f"{LINE}/R/ti/p/")
    assert "sato" not in opened.headers["location"]


def _customer(phone: str | None = None, email: str = "hana.sato@mail.test") -> Customer:
    return Customer(
        id="01HANA",
        email=email,
        phone=phone,
        first_name="Hana",
        last_name="Sato",
        external_id=None,
        properties={},
    )


def _filled(snippet: str, customer: Customer) -> str:
    """The address that a browser opens for this customer's link."""
    html = render(snippet, variables(customer, {"name": "Shop", "url": ""}))
    return parse(html).links[0].href


def _signals(url: str) -> RawSignals:
    query = parse_qs(urlsplit(url).query)
    return RawSignals(
        email=query.get("email", [None])[0], phone=query.get("phone", [None])[0]
    )


@pytest.mark.parametrize(
    ("email", "phone"),
    [
        ("hana.sato@mail.test", "+819000000011"),
        ("hana.sato@mail.test", None),
        ("kenta+coffee@mail.test", "+819000000012"),
        ("o'hara_sons@mail.test", "+66800000015"),
        ("a..b@docomo.test", "+886900000014"),
    ],
)
async def test_a_pasted_snippet_brings_each_customers_own_signals(
    desk: Desk, email: str, phone: str | None
) -> None:
    """Klaviyo fills in the address as it is; the door reads back the same person."""
    card = await desk.write("create_qr_link", BOTH)
    customer = _customer(phone, email)

    for snippet in (card["email_link"], card["email_image"]):
        raw = _signals(_filled(snippet, customer))
        verdict = verdict_at_the_door(raw, _door(card))
        if phone is None:
            assert not isinstance(verdict, Admitted)
        else:
            assert isinstance(verdict, Admitted)
            assert (verdict.email, verdict.phone) == (email, phone)


def _door(card: dict[str, object]) -> Door:
    draft = QrLinkDraft(
        name="x",
        link_type=LinkType(str(card["link_type"])),
        email_variable=EMAIL["email_variable"],
        phone_variable=PHONE,
    )
    return Door(
        rule=draft.rule,
        asks=draft.asks,
        region="JP",
        blocks=BlockList(hashes=frozenset()),
        hash_signal=lambda kind, value: SignalHash(f"{kind}:{value}"),
    )


async def test_an_image_in_the_email_leads_to_the_page(desk: Desk) -> None:
    """Both addresses of the image snippet answer for the customer it was filled for."""
    card = await desk.write("create_qr_link", EMAIL)
    html = render(
        card["email_image"], variables(_customer(), {"name": "Shop", "url": ""})
    )
    source = re.search(r'src="([^"]+)"', html)
    assert source is not None

    image = await desk.http.get(source[1].replace("&amp;", "&"))
    page = await desk.http.get(parse(html).links[0].href)

    assert (image.status_code, image.headers["content-type"]) == (200, "image/png")
    assert (page.status_code, page.headers["location"][:8]) == (303, "/link?t=")


async def test_slugs_cannot_be_guessed_and_never_come_back(desk: Desk) -> None:
    """Ten signs of an alphabet without look-alikes; a deleted code keeps its own."""
    slugs = [(await desk.write("create_qr_link", EMAIL))["slug"] for _ in range(20)]

    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[2-9a-hjkmnp-z]{10}", slug) for slug in slugs)
    # Every place varies: nothing counts up.
    assert all(len({slug[at] for slug in slugs}) > 5 for at in range(10))
    async with desk.ground.database.transaction() as tx:
        owner = await qr_links.owner_of(tx, slugs[0])
    assert owner == desk.merchant_id


async def test_a_hostile_name_stays_a_name(desk: Desk) -> None:
    """Markup, templates and SQL in a name come back as they were typed."""
    for name in ('"><script>', "{{ email }}", "'; DROP TABLE qr_links; --", "名前 🍵"):
        card = await desk.write("create_qr_link", EMAIL | {"name": name})
        assert card["name"] == name
        assert name not in card["email_link"] or name == "{{ email }}"
