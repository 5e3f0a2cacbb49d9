"""The shop's pages: whose phones there are, their inboxes, their emails; landing pages.

`GET` shows; what changes something is under `/sandbox/`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jinja2
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.line import SESSION_COOKIE
from marketing_agent.sandbox.shop.landing_pages import landing_routes
from marketing_agent.sandbox.shop.merge import MergeError

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.shop.customers import Customer
    from marketing_agent.sandbox.shop.world import ShopWorld

_PAGES = jinja2.Environment(
    loader=jinja2.PackageLoader("marketing_agent.sandbox.shop", "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)
_HEADERS = {
    "cache-control": "no-store",
    # A mail program sends no referrer, and runs no script of an email.
    "referrer-policy": "no-referrer",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
}


def shop_app(world: ShopWorld) -> Starlette:
    """Serve a shop."""
    shop = _Shop(world)
    return Starlette(
        routes=[
            Route("/", shop.phones, methods=["GET"]),
            Route("/privacy", shop.privacy, methods=["GET"]),
            Route("/inbox/{customer_id}", shop.inbox, methods=["GET"]),
            Route("/inbox/{customer_id}/{mail_id}", shop.mail, methods=["GET"]),
            Route("/sandbox/mails", shop.send, methods=["POST"]),
            Route("/sandbox/state", shop.state, methods=["GET"]),
            *landing_routes(world, _PAGES),
        ],
        exception_handlers={404: shop.not_found},
    )


@dataclass(frozen=True, slots=True)
class _Shop:
    world: ShopWorld

    async def phones(self, _: Request) -> Response:
        customers = self.world.customers()
        counts = {each.id: len(self.world.inbox(each.id)) for each in customers}
        return self._page("phones", customers=customers, counts=counts)

    async def privacy(self, _: Request) -> Response:
        return self._page("privacy", shop=self.world.name)

    async def inbox(self, request: Request) -> Response:
        customer = self._customer(request)
        mails = self.world.inbox(customer.id)
        page = self._page("inbox", customer=customer, mails=mails)
        return self._in_hand(page, customer)

    async def mail(self, request: Request) -> Response:
        customer = self._customer(request)
        mail = self.world.mail(customer.id, request.path_params["mail_id"])
        if mail is None:
            raise HTTPException(404)
        return self._in_hand(self._page("mail", customer=customer, mail=mail), customer)

    async def send(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
            subject, html = str(body["subject"]), str(body["html"])
            mails = self.world.send(subject, html)
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"error": "send {subject, html} as JSON"}, 400)
        except MergeError as error:
            return JSONResponse({"error": str(error)}, 400)
        delivered = [
            {"id": mail.id, "path": f"/inbox/{mail.customer_id}/{mail.id}"}
            for mail in mails
        ]
        return JSONResponse({"delivered": delivered}, 201)

    async def state(self, _: Request) -> Response:
        return JSONResponse(
            {
                "name": self.world.name,
                "inboxes": [
                    {
                        "customer": each.id,
                        "name": each.name,
                        "mails": [m.id for m in self.world.inbox(each.id)],
                    }
                    for each in self.world.customers()
                ],
            }
        )

    async def not_found(self, _: Request, __: Exception) -> Response:
        return self._page("not_found", status=404)

    def _customer(self, request: Request) -> Customer:
        customer = self.world.customer(request.path_params["customer_id"])
        if customer is None:
            raise HTTPException(404)
        return customer

    def _in_hand(self, page: HTMLResponse, customer: Customer) -> HTMLResponse:
        """Let LINE see this customer in this browser: cookies ignore the port."""
        line_user = self.world.line_user_of and self.world.line_user_of(customer)
        if line_user:
            page.set_cookie(SESSION_COOKIE, line_user, httponly=True, samesite="lax")
        return page

    def _page(self, name: str, *, status: int = 200, **facts: object) -> HTMLResponse:
        html = _PAGES.get_template(f"{name}.html").render(shop=self.world, **facts)
        return HTMLResponse(html, status, _HEADERS)
