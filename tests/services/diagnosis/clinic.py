"""A merchant with everything in order, until a test spoils something.

Landing pages stand on the desk's network; their names lead to public addresses there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import pytest_asyncio

from marketing_agent.core.form_linkage import embed_code
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.sender import Patience, Sender
from marketing_agent.platforms.web_pages import PageReader
from marketing_agent.sandbox.klaviyo.form_building import popup_form
from marketing_agent.sandbox.line.accounts import AccountType
from marketing_agent.sandbox.shop import Landing, ShopWorld, shop_app
from marketing_agent.services.diagnosis.diagnose import Complaint, look_into
from marketing_agent.storage import form_linkages, merchants

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.types import Receive, Scope, Send

    from marketing_agent.core.diagnosis.findings import Finding, FindingState
    from marketing_agent.core.diagnosis.symptoms import Symptom
    from marketing_agent.platforms.limits import Notice, Tier
    from marketing_agent.sandbox.klaviyo import KlaviyoWorld
    from marketing_agent.services.ground import Ground
    from tests.desk import Desk

LANDING: Final = "https://shop.test/landing"
STRICT: Final = "https://shop.test/landing/strict"
FORM: Final = "XyZ123"
ADDRESSES: Final = {
    "shop.test": "93.184.216.34",
    "down.test": "93.184.216.35",
    "page.test": "93.184.216.36",
    "inside.test": "10.0.0.7",
}


class NoLimits:
    """Takes the place of our own limits, which go by the real clock."""

    async def take(self, account: str, tier: Tier, *, background: bool) -> float:
        """Let every call be made now."""
        del account, tier, background
        return 0.0

    async def heard(self, account: str, tier: Tier, notice: Notice) -> None:
        """Learn nothing."""


@dataclass
class Page:
    """A web page by itself."""

    status: int = 200
    html: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer every request alike."""
        del scope, receive
        headers = [(k.encode(), v.encode()) for k, v in self.headers.items()]
        start = {"type": "http.response.start", "status": self.status}
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": self.html})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """The merchant's desk, with a doctor who can open the landing pages."""

    desk: Desk
    ground: Ground
    shop: ShopWorld
    page: Page
    """What stands at page.test."""
    embed_key: str

    @property
    def klaviyo(self) -> KlaviyoWorld:
        """The merchant's Klaviyo account."""
        return self.desk.klaviyo

    async def look(self, symptom: Symptom, **about: Any) -> dict[str, list[Finding]]:
        """The findings of each check."""
        complaint = Complaint(symptom=symptom, **about)
        found: dict[str, list[Finding]] = {}
        for each in await look_into(self.ground, self.desk.merchant_id, complaint):
            found.setdefault(each.check, []).append(each)
        return found

    async def states(self, symptom: Symptom, **about: Any) -> dict[str, FindingState]:
        """How each check stands: the worst of its findings."""
        found = await self.look(symptom, **about)
        return {check: each[0].state for check, each in found.items()}

    async def link_form(self, *, landing_page: str = LANDING, **other: Any) -> str:
        """Set up a form as the merchant should, and give its slug."""
        if FORM not in {form.id for form in self.klaviyo.forms.all()}:
            draft = popup_form()
            self.klaviyo.forms.add("Welcome", form_id=FORM, definition=draft)
        saved = await self.desk.write(
            "configure_form_linkage",
            {
                "form_id": FORM,
                "cta_label": "Link with LINE",
                "landing_page": landing_page,
                **other,
            },
        )
        url = saved["button_url"]
        self.klaviyo.forms.edit(
            FORM, popup_form(button_label="Link with LINE", button_url=url)
        )
        return str(saved["slug"])

    async def script_ran(self, origin: str = "https://shop.test") -> None:
        """A customer has opened a page with the script."""
        async with self.ground.database.transaction() as tx:
            now = self.desk.clock()
            merchant_id = self.desk.merchant_id
            await form_linkages.script_seen(tx, merchant_id, [FORM], origin, now)


@pytest_asyncio.fixture
async def clinic(desk: Desk) -> AsyncIterator[Clinic]:
    """Give the clinic, with the embed code on the landing page."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        del port
        return [ADDRESSES[host]] if host in ADDRESSES else []

    desk.line.account_type = AccountType.VERIFIED
    async with desk.ground.database.transaction() as tx:
        merchant = await merchants.get(tx, desk.merchant_id)
    code = embed_code(desk.ground.public_url, merchant.embed_key)
    shop = ShopWorld(customers=list)
    shop.landing = Landing(embed_code=code)
    page = Page(html=code.encode())
    desk.network.serve(ADDRESSES["shop.test"], shop_app(shop))
    desk.network.serve(ADDRESSES["page.test"], page)
    reader = PageReader(transport=desk.network, resolve=resolve)
    async with open_http(desk.network) as http:
        sender = Sender(http, limits=NoLimits(), patience=Patience(attempts=1))
        yield Clinic(
            desk=desk,
            ground=replace(desk.ground, pages=reader, sender=sender),
            shop=shop,
            page=page,
            embed_key=merchant.embed_key,
        )
