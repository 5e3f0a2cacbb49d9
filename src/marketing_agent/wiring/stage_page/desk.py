"""What the people of the shop do by themselves once the merchant has saved something.

They put a new custom QR code into an email to everybody, and a form's embed code and
button URL where they belong: what a merchant copies by hand into Klaviyo and a website.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from marketing_agent.sandbox.klaviyo.form_building import popup_form
from marketing_agent.sandbox.seed import SIGN_UP_FORM_NAME
from marketing_agent.sandbox.shop import MergeError
from marketing_agent.services import form_linkage, qr_links
from marketing_agent.wiring.stage_page.wording import wordings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from marketing_agent.services.form_linkage import FormLinkageSheet
    from marketing_agent.services.qr_links import QrLinkSheet
    from marketing_agent.wiring.stage_page.page import StagePage

_LOOK_S: Final = 0.5


@asynccontextmanager
async def at_the_desk(page: StagePage) -> AsyncIterator[None]:
    """Somebody is at the shop's desk until the block ends."""
    desk = _Desk(page)
    desk.open_landing_page()
    working = asyncio.create_task(desk.work())
    try:
        yield
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


@dataclass(frozen=True, slots=True)
class _Desk:
    page: StagePage
    done: set[str] = field(default_factory=set)
    """What was sent or pasted already."""

    def open_landing_page(self) -> None:
        """The landing page has the shop's sign-up form from the beginning."""
        stage = self.page.stage
        found = (it for it in stage.klaviyo.forms.all() if it.name == SIGN_UP_FORM_NAME)
        forms = tuple(form.id for form in found)
        stage.shop.landing = replace(stage.shop.landing, forms=forms)

    async def work(self) -> None:
        """Look again and again for what the merchant has saved."""
        ground, merchant_id = self.page.program.ground, self.page.owner.merchant_id
        while True:
            for code in await qr_links.show(ground, merchant_id):
                self._send(code)
            for setting in await form_linkage.show(ground, merchant_id):
                self._paste(setting)
            await asyncio.sleep(_LOOK_S)

    def _send(self, code: QrLinkSheet) -> None:
        if not self._is_new(code.email_image):
            return
        shop = self.page.stage.shop
        # A variable that Klaviyo would not save: the merchant hears of it elsewhere.
        with suppress(MergeError):
            shop.send(f"{shop.name} & LINE", _letter(code, shop.name))

    def _paste(self, setting: FormLinkageSheet) -> None:
        saved, stage = setting.form_linkage, self.page.stage
        if not self._is_new(
            f"{setting.embed_code} {setting.button_url} {saved.cta_label}"
        ):
            return
        stage.klaviyo.forms.edit(
            saved.form_id,
            popup_form(button_label=saved.cta_label, button_url=setting.button_url),
        )
        stage.shop.landing = replace(
            stage.shop.landing, embed_code=setting.embed_code, forms=(saved.form_id,)
        )

    def _is_new(self, what: str) -> bool:
        seen = what in self.done
        self.done.add(what)
        return not seen


def _letter(code: QrLinkSheet, shop: str) -> str:
    """An email in every language; the stage's inbox shows that of its reader."""
    said = (
        f'<div class="said" lang="{each.language}">'
        f"<p>{each.text('mail.hello', name=_NAME)}</p>"
        f"<p>{each.text('mail.text', shop=shop)}</p></div>"
        for each in wordings().values()
    )
    return f"{''.join(said)}<p>{code.email_image}</p><p>{code.email_link}</p>"


_NAME: Final = "{{ first_name|default:'☕' }}"
