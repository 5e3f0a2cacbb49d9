"""The stage's page over HTTP: the story, the inboxes, the phones, how far it is.

GET changes nothing but cookies: who is signed in to the dashboard, and whose phone it
is. Cookies ignore the port, so both count on the demo's other servers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, urlsplit

import jinja2
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from marketing_agent.api.session_cookie import SessionCookie
from marketing_agent.core.errors import NotFound
from marketing_agent.sandbox.line import SESSION_COOKIE
from marketing_agent.services import customer_visit
from marketing_agent.wiring.stage_page.letters import with_scan_buttons
from marketing_agent.wiring.stage_page.people import FIRST, PEOPLE, standing_of
from marketing_agent.wiring.stage_page.progress import STEPS, progress
from marketing_agent.wiring.stage_page.wording import COOKIE, wording_for, wordings

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.seed import Persona
    from marketing_agent.sandbox.shop import Mail
    from marketing_agent.wiring.stage_page.page import StagePage

_ROOM: Final = Path(__file__).parent
_PAGES: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_ROOM / "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def stage_page_app(page: StagePage) -> Starlette:
    """Serve the page of one demo. Raises BrokenCatalogue."""
    wordings()
    rooms = _Rooms(page)
    return Starlette(
        routes=[
            Route("/", rooms.whole, methods=["GET"]),
            Route("/status", rooms.status, methods=["GET"]),
            Route("/inbox/{key}", rooms.inbox, methods=["GET"]),
            Route("/inbox/{key}/{mail_id}", rooms.mail, methods=["GET"]),
            Route("/inbox/{key}/{mail_id}", rooms.open_mail, methods=["POST"]),
            Route("/phone/{key}", rooms.phone, methods=["GET"]),
            Route("/phone/{key}/scan", rooms.scan, methods=["GET"]),
            Mount("/files", StaticFiles(directory=_ROOM / "files")),
        ],
        # A page elsewhere whose name leads to this machine gets no session here.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["localhost"])],
    )


@dataclass(frozen=True, slots=True)
class _Rooms:
    page: StagePage

    async def whole(self, request: Request) -> Response:
        """The story, and frames for everything in it."""
        shown = self._page(
            request,
            "stage",
            steps=STEPS,
            people=PEOPLE.values(),
            first=FIRST,
            shop=self.page.stage.shop.name,
            dashboard=f"{self.page.program_url}/dashboard/agent",
            languages=wordings().values(),
        )
        token = self.page.program.tokens.token_for(self.page.owner)
        SessionCookie(self.page.program_url).put(shown, token)
        if request.query_params.get("language") in wordings():
            chosen = request.query_params["language"]
            shown.set_cookie(COOKIE, chosen, httponly=True, samesite="strict")
        return shown

    async def status(self, _: Request) -> Response:
        """How far it is, for the page's script."""
        told = await progress(self.page)
        return JSONResponse(told, headers={"cache-control": "no-store"})

    async def inbox(self, request: Request) -> Response:
        """Somebody's emails."""
        person = _person(request)
        standing = await standing_of(self.page, person)
        opened = self.page.opened
        shown = self._page(
            request, "inbox", person=person, mails=standing.mails, opened=opened
        )
        return _in_hand(shown, person)

    async def mail(self, request: Request) -> Response:
        """One email; its links open on the phone."""
        person, mail = _person(request), await self._mail(request)
        label = wording_for(request).text("inbox.scan", name=person.first_name)
        html = with_scan_buttons(mail.html, f"/phone/{person.key}/scan", label)
        return _in_hand(
            self._page(request, "mail", person=person, mail=mail, html=html), person
        )

    async def open_mail(self, request: Request) -> Response:
        """Somebody taps an email in the list."""
        mail = await self._mail(request)
        self.page.opened.add(mail.id)
        return RedirectResponse(request.url.path, 303)

    async def phone(self, request: Request) -> Response:
        """A phone before anything is opened on it."""
        person = _person(request)
        standing = await standing_of(self.page, person)
        landing = f"{self.page.stage.shop_url}/landing?device=phone"
        shown = self._page(request, "phone", standing=standing, landing=landing)
        return _in_hand(shown, person)

    async def scan(self, request: Request) -> Response:
        """What the picture of a custom QR code says, opened on somebody's phone."""
        person, picture = _person(request), request.query_params.get("image", "")
        ground, parts = self.page.program.ground, urlsplit(picture)
        _, _, slug = parts.path.removesuffix("/qr.png").rpartition("/l/")
        if not picture.startswith(f"{ground.public_url}/l/") or "/" in slug:
            raise HTTPException(404)
        query = dict(parse_qsl(parts.query))
        try:
            target = await customer_visit.emailed_qr_target(ground, slug, query)
        except NotFound as error:
            raise HTTPException(404) from error
        return _in_hand(RedirectResponse(target, 303), person)

    async def _mail(self, request: Request) -> Mail:
        wanted = request.path_params["mail_id"]
        mails = (await standing_of(self.page, _person(request))).mails
        found = next((each for each in mails if each.id == wanted), None)
        if found is None:
            raise HTTPException(404)
        return found

    def _page(self, request: Request, name: str, **facts: object) -> HTMLResponse:
        wording = wording_for(request)
        html = _PAGES.get_template(f"{name}.html").render(
            text=wording.text,
            language=wording.language,
            shop_name=self.page.stage.shop.name,
            quote=quote,
            **facts,
        )
        headers = {
            "cache-control": "no-store",
            "content-security-policy": self._policy(),
            "referrer-policy": "same-origin",
            "x-content-type-options": "nosniff",
        }
        return HTMLResponse(html, headers=headers)

    def _policy(self) -> str:
        stage = self.page.stage
        framed = (self.page.program_url, stage.line_url, stage.shop_url)
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; "
            f"img-src 'self' data: {self.page.program_url}; connect-src 'self'; "
            f"frame-src 'self' {' '.join(framed)}; form-action 'self'; "
            "base-uri 'self'; frame-ancestors 'self'"
        )


def _person(request: Request) -> Persona:
    person = PEOPLE.get(request.path_params["key"])
    if person is None:
        raise HTTPException(404)
    return person


def _in_hand(response: Response, person: Persona) -> Response:
    """Let LINE see this person in this browser."""
    user = person.line_user_id
    response.set_cookie(SESSION_COOKIE, user, httponly=True, samesite="lax")
    return response
