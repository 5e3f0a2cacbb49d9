"""The sandbox's own remote control under `/sandbox/`.

What a test or a demo in another process may see and change. LINE has nothing of it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.line.accounts import USER_ID, AccountType
from marketing_agent.sandbox.line.arguments import json_of
from marketing_agent.sandbox.line.errors import messaging_error
from marketing_agent.sandbox.line.faults import Fault, FaultKind
from marketing_agent.sandbox.line.webhooks import Delivery, WebhookMode

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.line.accounts import LineUser
    from marketing_agent.sandbox.line.world import LineWorld

Json = dict[str, object]
_Kind = TypeVar("_Kind", WebhookMode, FaultKind, AccountType)


@dataclass(frozen=True, slots=True)
class Control:
    """Reads and changes the world over HTTP."""

    world: LineWorld

    def routes(self) -> list[Route]:
        """Starlette routes under /sandbox."""
        faults = "/sandbox/faults"
        return [
            Route("/sandbox/state", self.state, methods=["GET"]),
            Route("/sandbox/calls", self.calls, methods=["GET"]),
            Route("/sandbox/account", self.account, methods=["POST"]),
            Route("/sandbox/users", self.add_user, methods=["POST"]),
            Route("/sandbox/users/{user_id}/{move}", self.move, methods=["POST"]),
            Route("/sandbox/callbacks", self.add_callback, methods=["POST"]),
            Route("/sandbox/webhook-mode", self.webhook_mode, methods=["POST"]),
            Route("/sandbox/webhooks/settle", self.settle, methods=["POST"]),
            Route("/sandbox/webhooks/release", self.release, methods=["POST"]),
            Route(faults, self.add_fault, methods=["POST"]),
            Route(faults, self.clear_faults, methods=["DELETE"]),
            Route(f"{faults}/release", self.release_hanging, methods=["POST"]),
        ]

    async def state(self, _: Request) -> Response:
        """Everything but the secrets."""
        world = self.world
        return JSONResponse(
            {
                "bot": asdict(world.bot),
                "account_type": world.account_type,
                "login_channel": {
                    "id": world.login_channel.id,
                    "email_permission": world.email_permission,
                    "callbacks": sorted(world.callbacks),
                },
                "messaging_channel": {"id": world.messaging_channel.id},
                "webhook": self._webhook(),
                "users": [self._user(user) for user in world.users()],
                "sent": [
                    {**asdict(message), "at": message.at.isoformat()}
                    for message in world.sent
                ],
                "deliveries": [_delivery(d) for d in world.webhooks.deliveries],
            }
        )

    async def calls(self, _: Request) -> Response:
        """The calls answered so far, oldest first."""
        return JSONResponse(
            [{**asdict(call), "at": call.at.isoformat()} for call in self.world.calls]
        )

    async def account(self, request: Request) -> Response:
        """`{type?, email_permission?}`: what LINE has granted the merchant."""
        body = await json_of(request)
        world = self.world
        if "type" in body:
            world.account_type = _one_of(AccountType, body["type"])
        world.email_permission = bool(
            body.get("email_permission", world.email_permission)
        )
        return Response(status_code=204)

    async def add_user(self, request: Request) -> Response:
        """`{name, language?, id?, email?}`: seed a LINE user."""
        body = await json_of(request)
        name, user_id, email = body.get("name"), body.get("id"), body.get("email")
        if not isinstance(name, str) or not name:
            raise messaging_error(400, "a user needs a name")
        if user_id is not None and not USER_ID.fullmatch(str(user_id)):
            raise messaging_error(400, "a LINE User ID is U and 32 hex digits")
        user_id = self.world.add_user(
            name,
            str(body.get("language", "ja")),
            user_id=str(user_id) if user_id else None,
            email=str(email) if email else None,
        )
        return JSONResponse(self._user(self.world.user(user_id)), 201)

    async def move(self, request: Request) -> Response:
        """`follow` or `unfollow` (which is blocking) in a user's name."""
        user = self.world.user(request.path_params["user_id"])
        match request.path_params["move"]:
            case "follow":
                await self.world.follow(user.id)
            case "unfollow":
                await self.world.block(user.id)
            case move:
                raise messaging_error(404, f"There is no move {move}.")
        return JSONResponse(self._user(user))

    async def add_callback(self, request: Request) -> Response:
        """`{url}`: register a callback URL of the login channel."""
        body = await json_of(request)
        self.world.register_callback(str(body.get("url", "")))
        return JSONResponse(sorted(self.world.callbacks), 201)

    async def webhook_mode(self, request: Request) -> Response:
        """`{mode?, seconds?, redelivery?, active?}`: how webhooks are sent from now."""
        body = await json_of(request)
        webhooks = self.world.webhooks
        if "mode" in body:
            webhooks.mode = _one_of(WebhookMode, body["mode"])
        webhooks.delay = _seconds(body, webhooks.delay)
        webhooks.redelivery = bool(body.get("redelivery", webhooks.redelivery))
        webhooks.active = bool(body.get("active", webhooks.active))
        return JSONResponse(self._webhook())

    async def settle(self, _: Request) -> Response:
        """Answers once no webhook is in flight."""
        await self.world.webhooks_settled()
        return Response(status_code=204)

    async def release(self, _: Request) -> Response:
        """Send the events that the mode holds back."""
        self.world.webhooks.release()
        return Response(status_code=204)

    async def add_fault(self, request: Request) -> Response:
        """`{kind, path?, status?, seconds?, times?, method?}`: put a fault in force.

        Or a login fault: `{kind: bogus_callback | other_browser | wrong_nonce |
        clock_skew, seconds?}`.
        """
        body = await json_of(request)
        login = self.world.faults.login
        match body.get("kind"):
            case "bogus_callback":
                login.bogus_callback = True
            case "other_browser":
                login.other_browser = True
            case "wrong_nonce":
                login.wrong_nonce = True
            case "clock_skew":
                login.id_token_skew = timedelta(seconds=_seconds(body, 0.0))
            case _:
                self.world.faults.add(_fault(body))
        return Response(status_code=201)

    async def clear_faults(self, _: Request) -> Response:
        """All faults off, hanging calls released."""
        self.world.faults.clear()
        return Response(status_code=204)

    async def release_hanging(self, _: Request) -> Response:
        """Hanging calls go on; the faults stay."""
        self.world.faults.release()
        return Response(status_code=204)

    def _user(self, user: LineUser) -> Json:
        return {**asdict(user), "friendship": self.world.friendship(user.id)}

    def _webhook(self) -> Json:
        webhooks = self.world.webhooks
        return {
            "endpoint": webhooks.endpoint,
            "active": webhooks.active,
            "mode": webhooks.mode,
            "seconds": webhooks.delay,
            "redelivery": webhooks.redelivery,
        }


def _delivery(delivery: Delivery) -> Json:
    return {
        "endpoint": delivery.endpoint,
        "status": delivery.status,
        "signature": delivery.signature,
        "body": json.loads(delivery.body),
    }


def _fault(body: Json) -> Fault:
    status, times = body.get("status", 500), body.get("times", 1)
    method = body.get("method")
    if not isinstance(status, int) or not (times is None or isinstance(times, int)):
        raise messaging_error(400, "status and times are whole numbers")
    return Fault(
        path=str(body.get("path", "/")),
        kind=_one_of(FaultKind, body.get("kind")),
        status=status,
        seconds=_seconds(body, 0.0),
        times=times,
        method=str(method) if method else None,
    )


def _one_of(kinds: type[_Kind], value: object) -> _Kind:
    try:
        return kinds(str(value))
    except ValueError as error:
        raise messaging_error(400, f"choose one of {', '.join(kinds)}") from error


def _seconds(body: Json, default: float) -> float:
    seconds = body.get("seconds", default)
    if not isinstance(seconds, int | float):
        raise messaging_error(400, "seconds is a number")
    return float(seconds)
