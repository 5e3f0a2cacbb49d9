"""Signing in and out over the API, and who is signed in.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from marketing_agent.api.sign_in.door import Door
from marketing_agent.api.tokens import Session
from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.services.merchants import merchant_of
from marketing_agent.storage.merchants import Merchant

LONGEST_CODE: Final = 500
"""Of characters; people may paste the whole link."""


class SignInRequest(BaseModel):
    """The code of an invitation, or its whole link."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=LONGEST_CODE)


class MerchantName(BaseModel):
    """A merchant as its people know it."""

    id: int
    name: str


class SignInAnswer(BaseModel):
    """Signed in: the token for programs, the same as in the browser's cookie."""

    token: str
    expires_at: datetime
    merchant: MerchantName
    name: str
    role: Role


class Me(BaseModel):
    """Who is signed in."""

    subject: str
    """The name with what sets apart people of one name."""
    name: str
    merchant: MerchantName
    role: Role
    kind: CallerKind
    until: datetime


def sign_in_router(door: Door) -> APIRouter:
    """The routes /api/v1/sign-in, /api/v1/sign-out and /api/v1/me."""
    router = APIRouter(prefix="/api/v1", tags=["sign-in"])
    signed_in = door.signed_in

    async def session_of(request: Request) -> Session:
        return signed_in.session(request)

    @router.post("/sign-in")
    async def sign_in(
        request: Request, response: Response, asked: SignInRequest
    ) -> SignInAnswer:
        """Use up an invitation. It works once; a browser gets its cookie as well."""
        arrival, token = await door.enter(request, asked.code)
        signed_in.cookie.put(response, token)
        response.headers["cache-control"] = "no-store"
        return SignInAnswer(
            token=token,
            expires_at=signed_in.tokens.session_of(token).until,
            merchant=_named(arrival.merchant),
            name=arrival.caller.name,
            role=arrival.caller.role,
        )

    @router.post("/sign-out", status_code=204)
    async def sign_out(request: Request, response: Response) -> None:
        """Take the browser's cookie away."""
        signed_in.cookie.check_origin(request)
        signed_in.cookie.clear(response)

    @router.get("/me")
    async def me(
        response: Response, session: Annotated[Session, Depends(session_of)]
    ) -> Me:
        """Who is signed in, where, and until when."""
        caller = session.caller
        merchant = await merchant_of(door.ground, caller.merchant_id)
        response.headers["cache-control"] = "no-store"
        return Me(
            subject=caller.subject,
            name=caller.name,
            merchant=_named(merchant),
            role=caller.role,
            kind=caller.kind,
            until=session.until,
        )

    return router


def _named(merchant: Merchant) -> MerchantName:
    return MerchantName(id=merchant.id, name=merchant.name)
