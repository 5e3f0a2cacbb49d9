"""ID tokens as LINE Login's web flow issues and verifies them: HS256, channel secret.

Source: LINE's "Get profile information from ID tokens" and the Login v2.1 reference of
the verify endpoint (its error texts are repeated here word for word).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jwt import Claims, decode, encode

from marketing_agent.sandbox.line.errors import login_error

if TYPE_CHECKING:
    from marketing_agent.sandbox.line.grants import LoginCode
    from marketing_agent.sandbox.line.world import LineWorld

ISSUER = "https://access.line.me"
LIFE = timedelta(hours=1)


def issue(world: LineWorld, code: LoginCode) -> str:
    """A signed ID token for what the code stands for."""
    user = world.user(code.user_id)
    now = world.clock() + world.faults.login.id_token_skew
    claims: dict[str, object] = {
        "iss": ISSUER,
        "sub": user.id,
        "aud": world.login_channel.id,
        "exp": int((now + LIFE).timestamp()),
        "iat": int(now.timestamp()),
        "amr": [code.amr],
    }
    if code.nonce:
        wrong = world.faults.login.wrong_nonce
        claims["nonce"] = "0" * 32 if wrong else code.nonce
    if "profile" in code.scopes:
        claims["name"] = user.name
        if user.picture_url:
            claims["picture"] = user.picture_url
    if "email" in code.scopes and user.email:
        claims["email"] = user.email
    return encode({"alg": "HS256", "typ": "JWT"}, claims, _key(world))


def verify(
    world: LineWorld, token: str, *, nonce: str | None, user_id: str | None
) -> Claims:
    """The claims of a good token; raises LINE's refusal of a bad one."""
    claims = _signed_claims(world, token)
    if claims.get("iss") != ISSUER:
        raise login_error("invalid_request", "Invalid IdToken Issuer.")
    if claims.get("aud") != world.login_channel.id:
        raise login_error("invalid_request", "Invalid IdToken Audience.")
    if claims.get("exp", 0) <= world.clock().timestamp():
        raise login_error("invalid_request", "IdToken expired.")
    if nonce is not None and claims.get("nonce") != nonce:
        raise login_error("invalid_request", "Invalid IdToken Nonce.")
    if user_id is not None and claims.get("sub") != user_id:
        raise login_error("invalid_request", "Invalid IdToken Subject Identifier.")
    return claims


def _signed_claims(world: LineWorld, token: str) -> Claims:
    try:
        return decode(token, _key(world), algorithms=["HS256"]).claims
    except (JoseError, ValueError) as error:
        raise login_error("invalid_request", "Invalid IdToken.") from error


def _key(world: LineWorld) -> OctKey:
    return OctKey.import_key(world.login_channel.secret)
