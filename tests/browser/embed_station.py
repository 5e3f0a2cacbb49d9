"""The service's side of the embed, small and scripted: it records what it is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

import marketing_agent

if TYPE_CHECKING:
    from starlette.requests import Request

Json = dict[str, Any]

SCRIPT = Path(marketing_agent.__file__).parent / "_pages" / "embed.js"
KEY, LABEL, SLUG = "emb_k3y", "Link with LINE", "ab12cd34"
TEXTS = {
    "scan": "Scan the code with your phone.",
    "waiting": "Waiting for your phone",
    "scanned": "Go on with your phone",
    "done": "You are linked with LINE",
    "failed": "That did not work",
    "expired": "This code is too old",
    "qr": "QR code to link with LINE",
}


@dataclass(slots=True)
class EmbedStation:
    """One merchant's embed endpoints.

    Attributes:
        forms: form ids, each with its button URL's slug.
        refusals: statuses and headers that the next ticket calls get instead.
        state: what the state of every ticket is, or a status to answer.
        asked: the bodies of ticket calls.
        alive: the forms of each sign of life.
        looked: how often a state was asked for.

    """

    base: str = ""
    forms: dict[str, str] = field(default_factory=dict)
    label: str = LABEL
    origins: frozenset[str] = frozenset()
    refusals: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    state: str | int = "waiting"
    asked: list[Json] = field(default_factory=list)
    alive: list[list[str]] = field(default_factory=list)
    looked: int = 0

    def reset(self, forms: dict[str, str], origins: set[str]) -> None:
        """Start another test."""
        self.__init__(base=self.base, forms=forms, origins=frozenset(origins))  # type: ignore[misc]

    @property
    def code(self) -> str:
        """The Landing Page Embed Code."""
        return f'<script async src="{self.base}/embed/{KEY}.js"></script>'

    def button_url(self, form: str) -> str:
        """The Success screen button URL of a form."""
        return f"{self.base}/f/{self.forms[form]}"

    def ticket_url(self, number: int) -> str:
        """Where the link button of the n-th ticket leads."""
        return f"{self.base}/link?t=ticket-{number}"

    def app(self) -> Starlette:
        """Serve it."""
        return Starlette(
            routes=[
                Route("/embed/{key}.js", self._script),
                Route("/embed/{key}/alive", self._alive, methods=["POST", "OPTIONS"]),
                Route("/embed/{key}/tickets", self._ask, methods=["POST", "OPTIONS"]),
                Route("/embed/{key}/state", self._state),
                Route("/f/{slug}", self._help),
                Route("/link", self._landing),
            ]
        )

    async def _script(self, _: Request) -> Response:
        config = {
            "base": self.base,
            "key": KEY,
            "forms": [
                {
                    "form": form,
                    "label": self.label,
                    "button": self.button_url(form),
                    "style": None,
                }
                for form in self.forms
            ],
            "texts": TEXTS,
        }
        script = SCRIPT.read_text("utf-8")
        filled = script.replace('"__LINE_LINK_CONFIG__"', json.dumps(config))
        return Response(filled, media_type="text/javascript")

    async def _alive(self, request: Request) -> Response:
        if request.method == "POST":
            self.alive.append((await request.json())["forms"])
        return Response(status_code=204, headers=self._cors(request))

    async def _ask(self, request: Request) -> Response:
        headers = self._cors(request)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        self.asked.append(await request.json())
        if self.refusals:
            status, more = self.refusals.pop(0)
            return JSONResponse({"code": "refused"}, status, {**headers, **more})
        return JSONResponse(self._ticket(len(self.asked)), 201, headers)

    def _ticket(self, number: int) -> Json:
        url = self.ticket_url(number)
        return {"url": url, "ticket": f"ticket-{number}", "qr": qr_answer(url)}

    async def _state(self, request: Request) -> Response:
        self.looked += 1
        if isinstance(self.state, int):
            return Response(status_code=self.state, headers=self._cors(request))
        return JSONResponse({"state": self.state}, headers=self._cors(request))

    async def _help(self, _: Request) -> Response:
        return HTMLResponse("<title>How to link</title><h1>How to link with LINE</h1>")

    async def _landing(self, _: Request) -> Response:
        return HTMLResponse("<title>Link</title><h1>Log in with LINE</h1>")

    def _cors(self, request: Request) -> dict[str, str]:
        origin = request.headers.get("origin", "")
        allowed = {"access-control-allow-origin": origin}
        return {
            **(allowed if origin in self.origins else {}),
            "access-control-allow-headers": "content-type",
            "access-control-expose-headers": "Retry-After",
            "vary": "Origin",
        }


def qr_answer(url: str) -> Json:
    """A QR code as the contract sends it."""
    rows = modules(url)
    return {"size": len(rows), "rows": [_hexadecimal(row) for row in rows]}


def modules(url: str) -> list[list[int]]:
    """The dark (1) and light (0) modules of a text's QR code, without a margin."""
    return [list(row) for row in segno.make(url, micro=False).matrix]


def _hexadecimal(row: list[int]) -> str:
    padded = row + [0] * (-len(row) % 4)
    nibbles = zip(*[iter(padded)] * 4, strict=True)
    return "".join(f"{8 * a + 4 * b + 2 * c + d:x}" for a, b, c, d in nibbles)
