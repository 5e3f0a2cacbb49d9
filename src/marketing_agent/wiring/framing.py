"""Lets one other page show an application's pages in a frame: for the demo alone.

In production every page says itself who may frame it, and for the customer's pages
that is nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY: Final = b"content-security-policy"
_WHO_MAY: Final = re.compile(rb"frame-ancestors (?:'none'|('self'))")


@dataclass(frozen=True, slots=True)
class Framed:
    """An ASGI app whose pages the origin `by` may frame beside whom they name."""

    app: ASGIApp
    by: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with the origin in the policy."""

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    self._header(*each) for each in message["headers"]
                ]
            await send(message)

        await self.app(scope, receive, send_on)

    def _header(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        if name.lower() != _POLICY:
            return name, value
        return name, _WHO_MAY.sub(self._named, value)

    def _named(self, found: re.Match[bytes]) -> bytes:
        sources = filter(None, (b"frame-ancestors", found[1], self.by.encode()))
        return b" ".join(sources)
