"""LINE Login's server side: codes, tokens, ID tokens, friendship."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marketing_agent.sandbox.line import Friendship, LineWorld
from marketing_agent.sandbox.phone import Phone
from tests.sandbox.line.stage import (
    LOGIN,
    MESSAGING,
    Clock,
    answer,
    authorize_url,
    bearer,
    exchange,
)

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.network import Network

EMAIL = "hana.sato@mail.test"
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    .rstrip(b"=")
    .decode()
)


@pytest.fixture
def hana(world: LineWorld) -> str:
    """Seed one user."""
    return world.add_user("はな")


async def code_for(network: Network, user: str, **changed: str | None) -> str:
    """Log a user in and take the code."""
    async with Phone(user, transport=network) as phone:
        page = await phone.log_in(await phone.open(authorize_url(**changed)))
    return answer(page)["code"]


async def verify(line: httpx.AsyncClient, id_token: str, **form: str) -> httpx.Response:
    """Ask LINE about an ID token."""
    data = {"id_token": id_token, "client_id": LOGIN.id, **form}
    return await line.post("/oauth2/v2.1/verify", data=data)


async def test_a_code_buys_tokens_once(
    network: Network, line: httpx.AsyncClient, hana: str
) -> None:
    """The first exchange yields tokens, the second `invalid_grant`."""
    code = await code_for(network, hana)

    first, second = await exchange(line, code), await exchange(line, code)

    assert first.json()["token_type"] == "Bearer"
    assert first.json()["expires_in"] == 30 * 24 * 3600
    assert first.json()["scope"] == "openid profile"
    assert second.status_code == 400
    assert second.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"redirect_uri": "https://shop.test/callback?ticket=t2"}, "invalid_grant"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": MESSAGING.id}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": None}, "unsupported_grant_type"),
        ({"redirect_uri": None}, "invalid_grant"),
    ],
)
async def test_a_wrong_exchange_is_refused(
    network: Network,
    line: httpx.AsyncClient,
    hana: str,
    changed: dict[str, str | None],
    error: str,
) -> None:
    """Each wrong part has LINE's OAuth-shaped error."""
    code = await code_for(network, hana)

    response = await exchange(line, code, **changed)

    assert response.json()["error"] == error
    assert "error_description" in response.json()


async def test_a_code_dies_after_ten_minutes(
    network: Network, line: httpx.AsyncClient, hana: str, clock: Clock
) -> None:
    """Ten minutes later the code is worth nothing."""
    code = await code_for(network, hana)
    clock.move(minutes=10)

    assert (await exchange(line, code)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("verifier", "status"), [(VERIFIER, 200), ("w" * 43, 400), (None, 400)]
)
async def test_pkce_is_held_to(
    network: Network,
    line: httpx.AsyncClient,
    hana: str,
    verifier: str | None,
    status: int,
) -> None:
    """Only the verifier of the challenge exchanges the code."""
    code = await code_for(
        network, hana, code_challenge=CHALLENGE, code_challenge_method="S256"
    )

    response = await exchange(line, code, code_verifier=verifier)

    assert response.status_code == status


async def test_the_id_token_says_who_logged_in(
    network: Network, line: httpx.AsyncClient, hana: str, clock: Clock
) -> None:
    """Verify returns issuer, audience, subject, nonce and name."""
    token = (await exchange(line, await code_for(network, hana))).json()["id_token"]

    claims = (await verify(line, token, nonce="feedface", user_id=hana)).json()

    assert claims == {
        "iss": "https://access.line.me",
        "aud": LOGIN.id,
        "sub": hana,
        "nonce": "feedface",
        "name": "はな",
        "amr": ["lineautologin"],
        "iat": int(clock().timestamp()),
        "exp": int(clock().timestamp()) + 3600,
    }


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ({"nonce": "other"}, "Invalid IdToken Nonce."),
        ({"user_id": "U" + "0" * 32}, "Invalid IdToken Subject Identifier."),
        ({"client_id": MESSAGING.id}, "Invalid IdToken Audience."),
    ],
)
async def test_verify_names_what_is_wrong(
    network: Network,
    line: httpx.AsyncClient,
    hana: str,
    form: dict[str, str],
    text: str,
) -> None:
    """Every mismatch is a 400 with LINE's documented text."""
    token = (await exchange(line, await code_for(network, hana))).json()["id_token"]

    response = await verify(line, token, **form)

    assert response.status_code == 400
    assert response.json() == {"error": "invalid_request", "error_description": text}


@pytest.mark.parametrize("token", ["", "a.b.c", "not a token"])
async def test_verify_refuses_what_is_no_token(
    line: httpx.AsyncClient, token: str
) -> None:
    """Garbage is "Invalid IdToken.", never a server error."""
    response = await verify(line, token)

    assert response.status_code == 400
    assert response.json()["error_description"] == "Invalid IdToken."


async def test_a_tampered_token_is_refused(
    network: Network, line: httpx.AsyncClient, hana: str
) -> None:
    """A changed payload breaks the HS256 signature."""
    token = (await exchange(line, await code_for(network, hana))).json()["id_token"]
    head, _, signature = token.split(".")
    forged = base64.urlsafe_b64encode(b'{"sub":"U0"}').rstrip(b"=").decode()

    response = await verify(line, f"{head}.{forged}.{signature}")

    assert response.json()["error_description"] == "Invalid IdToken."


async def test_skewed_clocks_and_wrong_nonces_can_be_asked_for(
    network: Network, world: LineWorld, line: httpx.AsyncClient, hana: str
) -> None:
    """Login faults yield an expired token, then one with a foreign nonce."""
    world.faults.login.id_token_skew = timedelta(hours=-2)
    old = (await exchange(line, await code_for(network, hana))).json()["id_token"]
    world.faults.login.id_token_skew = timedelta()
    world.faults.login.wrong_nonce = True
    odd = (await exchange(line, await code_for(network, hana))).json()["id_token"]

    expired = await verify(line, old)
    foreign = await verify(line, odd, nonce="feedface")

    assert expired.json()["error_description"] == "IdToken expired."
    assert foreign.json()["error_description"] == "Invalid IdToken Nonce."


@pytest.mark.parametrize(
    ("friendship", "flag"),
    [
        (Friendship.NONE, False),
        (Friendship.FRIEND, True),
        (Friendship.BLOCKED, False),
    ],
)
async def test_friendship_means_friend_and_not_blocked(
    network: Network,
    world: LineWorld,
    line: httpx.AsyncClient,
    friendship: Friendship,
    *,
    flag: bool,
) -> None:
    """`friendFlag` is true only for a friend who has not blocked the account."""
    user = world.add_user("はな", friendship=friendship)
    code = await code_for(network, user, bot_prompt=None)
    token = (await exchange(line, code)).json()["access_token"]

    response = await line.get(
        "/friendship/v1/status", headers={"authorization": f"Bearer {token}"}
    )

    assert response.json() == {"friendFlag": flag}


async def test_the_user_token_opens_profile_and_userinfo(
    network: Network, line: httpx.AsyncClient, hana: str
) -> None:
    """Profile and userinfo name the user; without a token both are 401."""
    token = (await exchange(line, await code_for(network, hana))).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}

    profile = await line.get("/v2/profile", headers=headers)
    got = await line.get("/oauth2/v2.1/userinfo", headers=headers)
    posted = await line.post("/oauth2/v2.1/userinfo", headers=headers)

    assert profile.json() == {"userId": hana, "displayName": "はな"}
    assert got.json() == posted.json() == {"sub": hana, "name": "はな"}
    assert (await line.get("/v2/profile")).status_code == 401


async def test_a_refresh_token_renews_once_per_pair(
    network: Network, line: httpx.AsyncClient, hana: str, clock: Clock
) -> None:
    """A new access token replaces the old; the refresh token ends after 90 days."""
    tokens = (await exchange(line, await code_for(network, hana))).json()
    form = {
        "grant_type": "refresh_token",
        "refresh_token": tokens["refresh_token"],
        "client_id": LOGIN.id,
        "client_secret": LOGIN.secret,
    }

    renewed = (await line.post("/oauth2/v2.1/token", data=form)).json()
    clock.move(days=90)
    late = await line.post("/oauth2/v2.1/token", data=form)

    assert renewed["access_token"] != tokens["access_token"]
    assert renewed["refresh_token"] == tokens["refresh_token"]
    assert late.json()["error"] == "invalid_grant"


async def test_revoke_ends_the_access_token(
    network: Network, line: httpx.AsyncClient, hana: str
) -> None:
    """After revoke the token is unknown; revoking again is no error."""
    token = (await exchange(line, await code_for(network, hana))).json()["access_token"]
    form = {
        "access_token": token,
        "client_id": LOGIN.id,
        "client_secret": LOGIN.secret,
    }

    first = await line.post("/oauth2/v2.1/revoke", data=form)
    again = await line.post("/oauth2/v2.1/revoke", data=form)
    profile = await line.get(
        "/v2/profile", headers={"authorization": f"Bearer {token}"}
    )

    assert (first.status_code, again.status_code) == (200, 200)
    assert profile.status_code == 401


async def test_deauthorize_takes_back_consent(
    network: Network, line: httpx.AsyncClient, hana: str
) -> None:
    """It is 204 once, 400 for a dead token, and the next login asks again."""
    token = (await exchange(line, await code_for(network, hana))).json()["access_token"]
    headers = await bearer(line, LOGIN)
    body = {"userAccessToken": token}

    first = await line.post("/user/v1/deauthorize", json=body, headers=headers)
    again = await line.post("/user/v1/deauthorize", json=body, headers=headers)
    async with Phone(hana, transport=network) as phone:
        page = await phone.open(f"{authorize_url()}&sandbox_user={hana}")

    assert first.status_code == 204
    assert (again.status_code, again.json()) == (400, {"message": "invalid token"})
    assert page.has("line-allow")


async def test_deauthorize_wants_the_login_channels_token(
    line: httpx.AsyncClient,
) -> None:
    """A token of the Messaging API channel is refused."""
    headers = await bearer(line, MESSAGING)

    response = await line.post("/user/v1/deauthorize", json={}, headers=headers)

    assert response.status_code == 401


@pytest.mark.parametrize(
    ("address", "permission", "told"),
    [(EMAIL, True, EMAIL), (EMAIL, False, None), (None, True, None)],
)
async def test_the_email_is_in_the_id_token_alone(
    network: Network,
    world: LineWorld,
    line: httpx.AsyncClient,
    address: str | None,
    *,
    permission: bool,
    told: str | None,
) -> None:
    """It needs the permission and an address, and the `scope` never shows it."""
    world.email_permission = permission
    hana = world.add_user("はな", email=address)
    code = await code_for(network, hana, scope="profile openid email")

    tokens = (await exchange(line, code)).json()

    claims = (await verify(line, tokens["id_token"])).json()
    assert claims.get("email") == told
    assert tokens["scope"] == "openid profile"


async def test_an_access_token_that_has_ended_can_be_renewed(
    network: Network, line: httpx.AsyncClient, hana: str, clock: Clock
) -> None:
    """After 30 days the refresh token brings one that can be used to deauthorize."""
    tokens = (await exchange(line, await code_for(network, hana))).json()
    clock.move(days=31)
    form = {
        "grant_type": "refresh_token",
        "refresh_token": tokens["refresh_token"],
        "client_id": LOGIN.id,
        "client_secret": LOGIN.secret,
    }
    renewed = (await line.post("/oauth2/v2.1/token", data=form)).json()
    headers = await bearer(line, LOGIN)

    answers = [
        await line.post(
            "/user/v1/deauthorize", json={"userAccessToken": token}, headers=headers
        )
        for token in (tokens["access_token"], renewed["access_token"])
    ]

    assert [answer.status_code for answer in answers] == [400, 204]
    assert "id_token" not in renewed
