"""The routes of the customer's way, as plain Starlette routes.

Every answer is a page, a redirect on this host, an image or a small JSON object; every
error of the services becomes a page in the customer's language. GET changes nothing,
except where LINE comes back.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.responses import JSONResponse, RedirectResponse, Response

from marketing_agent.api import qr_images
from marketing_agent.api.customer.browsers import better_browser
from marketing_agent.api.customer.form_help import form_help_page
from marketing_agent.api.customer.guard import Guard
from marketing_agent.api.customer.limits import MAIL_IMAGES, AddressLimits
from marketing_agent.api.customer.pages import Pages, languages_of
from marketing_agent.api.customer.parameters import form_of, query_of
from marketing_agent.core.errors import BadInput
from marketing_agent.services import (
    customer_account,
    customer_login,
    customer_visit,
    ticket_states,
    tickets,
)
from marketing_agent.services.customer_login import ToConfirm
from marketing_agent.services.customer_visit import ToAddFriend, ToLanding

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from marketing_agent.services.ground import Ground

COOKIE: Final = "visit"
_COOKIE_LIFE: Final = int(tickets.TICKET_LIFE.total_seconds())
_MAIL_IMAGE: Final = {"cache-control": "public, max-age=86400"}
"""Mail proxies keep images; what this one encodes lives as long as its QR code."""


class UnknownAnswer(BadInput):
    """The confirm page has the answers yes and no."""


def customer_routes(ground: Ground) -> list[Route]:
    """The routes, with their pages loaded. Raises BrokenCatalogue."""
    pages = Pages()
    way = _CustomersWay(ground=ground, pages=pages)
    guard = Guard(
        pages=pages,
        limits=AddressLimits(ground.clock),
        public_url=ground.public_url,
    )
    return [
        guard.get("/l/{slug}", way.open_link),
        guard.get("/l/{slug}/qr.png", way.emailed_image, allowance=MAIL_IMAGES),
        guard.get("/l/{slug}/qr.svg", way.printed_image),
        guard.get("/link", way.landing),
        guard.get("/link/qr.svg", way.landing_image),
        guard.get("/link/state", way.state),
        guard.post("/link/opened", way.opened),
        # No HEAD: this one writes, and a code of LINE's is good for one exchange.
        guard.get(customer_visit.CALLBACK_PATH, way.come_back, head=False),
        guard.post("/link/confirm", way.confirm),
        guard.get("/link/done", way.done),
        guard.get("/link/progress", way.progress),
        guard.post("/link/unlink", way.unlink),
        guard.get("/f/{slug}", form_help_page(ground, pages)),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _CustomersWay:
    """The handlers, in the order of the way."""

    ground: Ground
    pages: Pages

    async def open_link(self, request: Request) -> Response:
        """The link in the email: from here on no personal data is in a URL."""
        slug, query = request.path_params["slug"], query_of(request)
        match await customer_visit.open_link(self.ground, slug, query):
            case ToLanding(ticket=ticket):
                return _to("/link", t=ticket)
            case ToAddFriend(url=url):
                return RedirectResponse(url, status_code=303)

    async def emailed_image(self, request: Request) -> Response:
        """The QR code in the email, for this customer."""
        slug = request.path_params["slug"]
        target = customer_visit.emailed_qr_target
        text = await target(self.ground, slug, query_of(request))
        try:
            image = await asyncio.to_thread(qr_images.png, text)
        except qr_images.TooLongForQrCode:
            # No signal is that long: what is left still leads to the page.
            text = await target(self.ground, slug, {})
            image = await asyncio.to_thread(qr_images.png, text)
        return Response(image, media_type="image/png", headers=_MAIL_IMAGE)

    async def printed_image(self, request: Request) -> Response:
        """The QR code without a customer, as lines: sharp at the size of a poster."""
        slug = request.path_params["slug"]
        text = await customer_visit.emailed_qr_target(self.ground, slug, {})
        image = await asyncio.to_thread(qr_images.svg, text)
        return Response(image, media_type="image/svg+xml", headers=_MAIL_IMAGE)

    async def landing(self, request: Request) -> Response:
        """Which shop, for whom, what linking means, and the button to LINE."""
        query = query_of(request)
        ticket, retry = query.get("t", ""), query.get("retry") == "1"
        landing = await customer_visit.landing(
            self.ground, ticket, languages_of(request), retry=retry
        )
        page = self.pages.page(
            request,
            "landing",
            landing=landing,
            privacy_policy=_web_address(landing.privacy_policy_url),
            ticket=ticket,
            retry=retry,
            scanned=query.get("scan") == "1",
            browser=better_browser(request.headers.get("user-agent", "")),
        )
        page.set_cookie(
            COOKIE,
            landing.browser_mark,
            max_age=_COOKIE_LIFE,
            path=customer_visit.CALLBACK_PATH,
            secure=self.ground.public_url.startswith("https:"),
            httponly=True,
            samesite="lax",
        )
        return page

    async def landing_image(self, request: Request) -> Response:
        """On a computer: the same page as a QR code for the phone."""
        text = customer_visit.scan_url(self.ground, query_of(request).get("t", ""))
        image = await asyncio.to_thread(qr_images.svg, text)
        return Response(image, media_type="image/svg+xml")

    async def state(self, request: Request) -> Response:
        """How far the phone is, for the computer that shows the QR code."""
        ticket = query_of(request).get("t", "")
        state = await ticket_states.state_of(self.ground, ticket)
        return JSONResponse({"state": state.value})

    async def opened(self, request: Request) -> Response:
        """The landing page's script: a person sees it."""
        form = await form_of(request)
        await customer_visit.seen(
            self.ground,
            form.get("t", ""),
            on_a_phone=form.get("on") == "phone",
            scanned=form.get("scan") == "1",
        )
        return Response(status_code=204)

    async def come_back(self, request: Request) -> Response:
        """LINE's callback."""
        query = query_of(request)
        outcome = await customer_login.come_back(
            self.ground, query.get("t", ""), query, request.cookies.get(COOKIE)
        )
        if isinstance(outcome, ToConfirm):
            return self.pages.page(request, "confirm", visit=outcome)
        return _to("/link/done", v=outcome)

    async def confirm(self, request: Request) -> Response:
        """The answer of the confirm page."""
        form = await form_of(request)
        login = form.get("login", "")
        match form.get("answer"):
            case "yes":
                visitor = await customer_login.confirm(self.ground, login)
                return _to("/link/done", v=visitor)
            case "no":
                await customer_login.decline(self.ground, login)
                return self.pages.page(request, "declined")
            case _:
                raise UnknownAnswer

    async def done(self, request: Request) -> Response:
        """Logged in: add the account as a friend, or all done."""
        visitor = query_of(request).get("v", "")
        progress = await customer_account.progress(self.ground, visitor)
        return self.pages.page(
            request, progress.step.value, progress=progress, visitor=visitor
        )

    async def progress(self, request: Request) -> Response:
        """The same for the script that waits for the friendship."""
        visitor = query_of(request).get("v", "")
        progress = await customer_account.progress(self.ground, visitor)
        return JSONResponse({"step": progress.step.value})

    async def unlink(self, request: Request) -> Response:
        """The customer takes it back."""
        visitor = (await form_of(request)).get("v", "")
        progress = await customer_account.progress(self.ground, visitor)
        await customer_account.unlink(self.ground, visitor)
        return self.pages.page(request, "unlinked", progress=progress)


def _to(path: str, **query: str) -> Response:
    return RedirectResponse(f"{path}?{urlencode(query)}", status_code=303)


def _web_address(url: str | None) -> str | None:
    """Only what a browser opens as a page; never `javascript:`."""
    is_web = url is not None and url.lower().startswith(("https://", "http://"))
    return url if is_web else None
