"""Callers' tokens: signed, short-lived, naming the merchant (JWT, HS256)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import BaseModel, ConfigDict, Field

from marketing_agent.core.callers import Caller, CallerKind, Role
from marketing_agent.core.errors import NotAllowed

if TYPE_CHECKING:
    from marketing_agent.services.ground import Clock

TOKEN_LIFE: Final = timedelta(hours=12)
_ALGORITHMS: Final = ["HS256"]
_LAST_SECOND: Final = int(datetime.max.replace(tzinfo=UTC).timestamp())


class SignInNeeded(NotAllowed):
    """Sign in first: send a valid token in the Authorization header."""


class _Claims(BaseModel):
    model_config = ConfigDict(strict=True)

    sub: str
    merchant: int = Field(gt=0, lt=2**31)
    role: str
    kind: str
    exp: int = Field(le=_LAST_SECOND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in, and until when."""

    caller: Caller
    until: datetime


class CallerTokens:
    """Makes and reads tokens with one signing key."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key = OctKey.import_key(key)
        self._clock = clock

    def token_for(self, caller: Caller, life: timedelta = TOKEN_LIFE) -> str:
        """A token that speaks for this caller until it expires."""
        claims = {
            "sub": caller.subject,
            "merchant": caller.merchant_id,
            "role": caller.role.value,
            "kind": caller.kind.value,
            "exp": int((self._clock() + life).timestamp()),
        }
        return jwt.encode({"alg": _ALGORITHMS[0]}, claims, self._key)

    def session_of(self, token: str) -> Session:
        """Whom this token speaks for. Raises SignInNeeded."""
        try:
            read = jwt.decode(token, self._key, algorithms=_ALGORITHMS)
            claims = _Claims.model_validate(read.claims)
            if claims.exp < self._clock().timestamp():
                raise SignInNeeded
            caller = Caller(
                subject=claims.sub,
                merchant_id=claims.merchant,
                role=Role(claims.role),
                kind=CallerKind(claims.kind),
            )
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            # joserfc lets a header such as {"crit": 1} surface as a TypeError.
            raise SignInNeeded from error
        return Session(caller=caller, until=datetime.fromtimestamp(claims.exp, UTC))


def bearer_token(authorization: str | None) -> str | None:
    """The token in an Authorization header, if it is of that kind."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
