"""The routes of the embed script, as plain Starlette routes.

What they answer holds nothing personal, and is the same whether Klaviyo knows the
person or not.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route

from marketing_agent.api import qr_images
from marketing_agent.api.customer.languages import closest
from marketing_agent.api.customer.limits import (
    AddressLimits,
    Allowance,
    TooManyRequests,
)
from marketing_agent.api.customer.pages import languages_of
from marketing_agent.api.customer.wording import load_wordings
from marketing_agent.api.embed.answers import (
    Refused,
    nothing_to_tell,
    preflight,
    readable_by,
    refusal,
    told,
)
from marketing_agent.api.embed.bodies import SignOfLife, Submission, body_of
from marketing_agent.core.door import RawSignals
from marketing_agent.core.errors import NotFound
from marketing_agent.services import form_tickets, ticket_states
from marketing_agent.services.embed_script import (
    ScriptMissing,
    built_script,
    configured,
)
from marketing_agent.storage.vault import Unsealable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from importlib.resources.abc import Traversable

    from starlette.requests import Request

    from marketing_agent.api.customer.wording import Wording
    from marketing_agent.services.form_tickets import Embed
    from marketing_agent.services.ground import Ground

Handler: TypeAlias = "Callable[[Request, Embed], Awaitable[Response]]"

_TEXTS: Final = ("scan", "waiting", "scanned", "done", "failed", "expired", "qr")
_SCRIPT: Final = {
    "content-type": "text/javascript; charset=utf-8",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "vary": "accept-language",
    "x-content-type-options": "nosniff",
}
_KEPT: Final = {"cache-control": "public, max-age=300"}

_TICKETS: Final = Allowance(at_once=120, per_second=2)
"""Of an address. A mobile network may be one for many people."""
_TICKETS_OF_A_MERCHANT: Final = Allowance(at_once=3000, per_second=50)
_SIGNS: Final = Allowance(at_once=300, per_second=5)
_STATES: Final = Allowance(at_once=1500, per_second=25)
"""Fifty computers at once: each asks every two seconds."""


def embed_routes(ground: Ground, pages: Traversable | None = None) -> list[Route]:
    """The routes; `pages` replaces the folder of the built script."""
    door = _Door(
        ground=ground,
        pages=pages,
        wordings=load_wordings(),
        limits=AddressLimits(ground.clock),
    )
    return [
        Route("/embed/{key}.js", door.script, methods=["GET"]),
        door.route("alive", "POST", door.alive),
        door.route("tickets", "POST", door.ticket),
        door.route("state", "GET", door.state),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    """The handlers, and what they remember."""

    ground: Ground
    pages: Traversable | None
    wordings: Mapping[str, Wording]
    limits: AddressLimits

    def route(self, path: str, method: str, handler: Handler) -> Route:
        """The route of a handler that only the merchant's own pages reach."""

        async def endpoint(request: Request) -> Response:
            try:
                embed = await self._embed(request)
            except Refused as refused:
                return refusal(refused)
            origin = request.headers.get("origin")
            if origin is None or origin not in embed.origins:
                return refusal(Refused(403, "origin"))
            return readable_by(await _answered(request, embed, handler), origin)

        methods, name = [method, "OPTIONS"], handler.__name__
        return Route(f"/embed/{{key}}/{path}", endpoint, methods=methods, name=name)

    async def script(self, request: Request) -> Response:
        """The built script with this merchant's forms and the visitor's language."""
        try:
            embed = await self._embed(request)
            script = await asyncio.to_thread(built_script, self.pages)
        except Refused:
            comment = "// There is no merchant with this key.\n"
            return Response(comment, 404, headers=_SCRIPT)
        except ScriptMissing as missing:
            return Response(f"// {missing.message}\n", 503, headers=_SCRIPT)
        text = configured(script, self._configuration(request, embed))
        return Response(text, headers=_SCRIPT | _KEPT)

    async def alive(self, request: Request, embed: Embed) -> Response:
        """The script runs: its last sign of life."""
        self.limits.admit(request, _SIGNS)
        sign = await body_of(request, SignOfLife)
        origin = request.headers["origin"]
        await form_tickets.script_seen(self.ground, embed, sign.forms, origin)
        return nothing_to_tell()

    async def ticket(self, request: Request, embed: Embed) -> Response:
        """A submission becomes a ticket and its QR code, whatever was entered."""
        self.limits.admit(request, _TICKETS)
        self.limits.take(embed.merchant.embed_key, _TICKETS_OF_A_MERCHANT)
        sent = await body_of(request, Submission)
        raw = RawSignals(email=sent.email, phone=sent.phone)
        try:
            handed = await form_tickets.hand_over(self.ground, embed, sent.form, raw)
        except NotFound as error:
            raise Refused(404, "form") from error
        rows = await asyncio.to_thread(qr_images.rows, handed.url)
        body = {
            "url": handed.url,
            "ticket": handed.ticket,
            "qr": {"size": len(rows), "rows": rows},
        }
        return told(body, 201)

    async def state(self, request: Request, embed: Embed) -> Response:
        """How far the customer is whose phone scanned the ticket's QR code."""
        del embed  # A ticket opens for nobody who was not given it.
        self.limits.admit(request, _STATES)
        sealed = request.query_params.get("t", "")
        try:
            state = await ticket_states.state_of(self.ground, sealed)
        except Unsealable as error:
            raise Refused(400, "unreadable") from error
        return told({"state": state.value})

    async def _embed(self, request: Request) -> Embed:
        try:
            return await form_tickets.embed_of(self.ground, request.path_params["key"])
        except NotFound as error:
            raise Refused(404, "key") from error

    def _configuration(self, request: Request, embed: Embed) -> dict[str, object]:
        url = self.ground.public_url
        wording = closest(languages_of(request), self.wordings)
        forms = [
            {
                "form": form.form_id,
                "label": form.cta_label,
                "button": form.button_url(url),
                "style": None,
            }
            for form in embed.forms
        ]
        texts = {name: wording.text(f"embed.{name}") for name in _TEXTS}
        key = embed.merchant.embed_key
        return {"base": url, "key": key, "forms": forms, "texts": texts}


async def _answered(request: Request, embed: Embed, handler: Handler) -> Response:
    if request.method == "OPTIONS":
        return preflight()
    try:
        return await handler(request, embed)
    except Refused as refused:
        return refusal(refused)
    except TooManyRequests as error:
        retry_after = int(str(error.facts["retry_after"]))
        return refusal(Refused(429, "too_many", retry_after=retry_after))
    except ClientDisconnect:
        return Response(status_code=400)
