"""Every call that reaches the LINE sandbox: logged, and hit by the faults in force.

The control paths under `/sandbox/` are never hit and never logged.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from marketing_agent.sandbox.line.faults import Fault, FaultKind, Faults

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable
    from datetime import datetime

    from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One HTTP call the sandbox answered. `status` is 0 if it never answered."""

    method: str
    path: str
    status: int
    at: datetime


class Traffic:
    """ASGI middleware: logs each call and applies the fault that hits it."""

    def __init__(
        self,
        app: ASGIApp,
        faults: Faults,
        calls: deque[Call],
        clock: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._faults = faults
        self._calls = calls
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, and note it."""
        if scope["type"] != "http" or scope["path"].startswith("/sandbox"):
            await self._app(scope, receive, send)
            return
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                request_id = str(uuid.uuid4()).encode()
                message["headers"].append((b"x-line-request-id", request_id))
            await send(message)

        try:
            await self._answer(scope, receive, noted)
        finally:
            self._calls.append(
                Call(
                    method=scope["method"],
                    path=scope["path"],
                    status=status,
                    at=self._clock(),
                )
            )

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._faults.take(scope["method"], scope["path"])
        match fault:
            case Fault(kind=FaultKind.STATUS):
                await _refuse(fault, send)
                return
            case Fault(kind=FaultKind.CLOSE):
                await _break_off(send)
            case Fault(kind=FaultKind.SLOW):
                await asyncio.sleep(fault.seconds)
            case Fault(kind=FaultKind.HANG):
                await self._faults.hang()
        await self._app(scope, receive, send)


async def _refuse(fault: Fault, send: Send) -> None:
    body = json.dumps({"message": f"sandbox fault {fault.status}"}).encode()
    headers = [(b"content-type", b"application/json")]
    if fault.retry_after is not None:
        headers.append((b"retry-after", str(fault.retry_after).encode()))
    await send(
        {"type": "http.response.start", "status": fault.status, "headers": headers}
    )
    await send({"type": "http.response.body", "body": body})


async def _break_off(send: Send) -> None:
    headers = [(b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    # An error after the start makes a server drop the connection; on an in-process
    # transport the same error reaches the client as if the connection had dropped.
    raise httpx.RemoteProtocolError("the sandbox closed the connection")
