"""Callers' tokens: who is calling, and for which merchant."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from marketing_agent.api.tokens import (
    TOKEN_LIFE,
    CallerTokens,
    SignInNeeded,
    bearer_token,
)
from marketing_agent.core.callers import Caller, CallerKind, Role
from tests.api.customer.stage import Clock
from tests.desk import EMAIL

if TYPE_CHECKING:
    from tests.desk import Desk

KEY = bytes(range(32))
MEI = Caller(subject="mei", merchant_id=7, role=Role.STAFF, kind=CallerKind.HUMAN)
CLAIMS = {"sub": "mei", "merchant": 7, "role": "staff", "kind": "human"}


def _tokens(clock: Clock | None = None) -> CallerTokens:
    return CallerTokens(KEY, clock or Clock())


def _caller_of(tokens: CallerTokens, header: str) -> Caller:
    return tokens.session_of(bearer_token(header) or "").caller


def _signed(claims: dict[str, Any], algorithm: str = "HS256") -> str:
    header, key = {"alg": algorithm}, OctKey.import_key(KEY)
    return jwt.encode(header, claims, key, algorithms=[algorithm])


def _part(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _later(clock: Clock) -> int:
    return int(clock().timestamp()) + 60


def test_a_token_speaks_for_its_caller() -> None:
    """Subject, merchant, role and kind come back as they went in."""
    tokens = _tokens()
    assert _caller_of(tokens, f"Bearer {tokens.token_for(MEI)}") == MEI
    assert _caller_of(tokens, f"bearer  {tokens.token_for(MEI)} ") == MEI


def test_a_token_ends() -> None:
    """It is good for its life and not a second longer."""
    clock = Clock()
    tokens = _tokens(clock)
    header = f"Bearer {tokens.token_for(MEI)}"

    clock.now += TOKEN_LIFE
    assert _caller_of(tokens, header) == MEI
    clock.now += timedelta(seconds=1)
    with pytest.raises(SignInNeeded):
        _caller_of(tokens, header)


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": None},
        {"sub": 7},
        {"merchant": "7"},
        {"merchant": 7.0},
        {"merchant": True},
        {"merchant": None},
        {"merchant": 0},
        {"merchant": -1},
        {"merchant": 2**31},
        {"merchant": 2**70},
        {"role": "admin"},
        {"kind": "root"},
        {"kind": ["human"]},
        {"exp": "tomorrow"},
        {"exp": None},
        {"exp": True},
        {"exp": -(10**18)},
        {"exp": 1.5},
        {"exp": 10**18},
    ],
)
def test_claims_of_the_wrong_kind_are_no_claims(changes: dict[str, Any]) -> None:
    """Even with our signature, nothing is guessed from a claim that does not fit."""
    clock = Clock()
    good = CLAIMS | {"exp": _later(clock)}
    assert _caller_of(_tokens(clock), f"Bearer {_signed(good)}") == MEI
    with pytest.raises(SignInNeeded):
        _caller_of(_tokens(clock), f"Bearer {_signed(good | changes)}")


@pytest.mark.parametrize("lacking", ["sub", "merchant", "role", "kind", "exp"])
def test_every_claim_has_to_be_there(lacking: str) -> None:
    """A token without an end, or without a merchant, is none."""
    clock = Clock()
    claims = CLAIMS | {"exp": _later(clock)}
    del claims[lacking]
    with pytest.raises(SignInNeeded):
        _caller_of(_tokens(clock), f"Bearer {_signed(claims)}")


def _forgeries() -> dict[str, str]:
    clock = Clock()
    good = _signed(CLAIMS | {"exp": _later(clock)})
    header, claims, signature = good.split(".")
    other = CallerTokens(os.urandom(32), clock).token_for(MEI)
    foreign = other.split(".")[1]
    headers = {
        "alg none": b'{"alg":"none"}',
        "alg None": b'{"alg":"None"}',
        "a list": b"[]",
        "crit is a number": b'{"alg":"HS256","crit":1}',
        "deep": b"[" * 9000,
    }
    return {
        **{name: f"{_part(raw)}.{claims}.{signature}" for name, raw in headers.items()},
        "alg none, unsigned": f"{_part(headers['alg none'])}.{claims}.",
        "another key": other,
        "another algorithm": _signed(CLAIMS | {"exp": _later(clock)}, "HS512"),
        "no signature": f"{header}.{claims}.",
        "two parts": f"{header}.{claims}",
        "claims of another": f"{header}.{foreign}.{signature}x",
        "encrypted": f"{good}.{claims}.{signature}",
        "dots": "." * 9000,
        "empty": "",
    }


@pytest.mark.parametrize("what", _forgeries())
def test_forged_tokens_are_refused(what: str) -> None:
    """Nothing but HS256 with our own key is believed, whatever the header says."""
    with pytest.raises(SignInNeeded):
        _caller_of(_tokens(), f"Bearer {_forgeries()[what]}")


@given(st.text(max_size=200), st.lists(st.binary(max_size=60), max_size=5))
def test_any_header_is_a_caller_or_a_refusal(text: str, parts: list[bytes]) -> None:
    """No text in the Authorization header makes anything else happen."""
    for header in (text, f"Bearer {text}", f"Bearer {'.'.join(map(_part, parts))}"):
        with pytest.raises(SignInNeeded):
            _caller_of(_tokens(), header)


@given(
    st.dictionaries(
        st.sampled_from(["alg", "crit", "kid", "b64", "typ", "zip", "enc", "jwk"]),
        st.sampled_from(["HS256", "none", 1, None, True, [], [1], ["b64"], {}, "b64"]),
    )
)
def test_any_json_header_is_a_refusal(fields: dict[str, Any]) -> None:
    """Strange fields of a token's own header end in the same answer."""
    header = _part(json.dumps(fields).encode())
    with pytest.raises(SignInNeeded):
        _caller_of(_tokens(), f"Bearer {header}.{_part(b'{}')}.{_part(b'x')}")


async def test_without_a_token_nothing_is_said(desk: Desk) -> None:
    """A stranger gets one and the same answer, also about tools that do not exist."""
    doors = [
        ("GET", "/api/v1/tools", None),
        ("POST", "/api/v1/tools/show_qr_links", {}),
        ("POST", "/api/v1/tools/no_such_tool", {}),
        ("POST", "/api/v1/approvals", {"tool": "x"}),
    ]
    for method, path, body in doors:
        for text in ("", "Basic bWVpOm1laQ==", "Bearer", "Bearer x"):
            headers = {"Authorization": text} if text else {}
            answer = await desk.http.request(method, path, headers=headers, json=body)
            assert answer.status_code == 401
            assert answer.json() == {
                "error": "SignInNeeded",
                "message": "Sign in first: send a valid token in the Authorization "
                "header.",
            }


async def test_the_merchant_comes_from_the_token_alone(desk: Desk) -> None:
    """What one merchant saved does not exist for the other, by list or by slug."""
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    neighbour = desk.caller(merchant_id=desk.neighbour_id)

    listed = await desk.call("show_qr_links", caller=neighbour)
    by_slug = await desk.call("show_qr_links", {"slug": slug}, caller=neighbour)

    assert listed.json()["block"] == {"qr_links": []}
    assert by_slug.status_code == 404


async def test_a_merchant_among_the_arguments_is_refused(desk: Desk) -> None:
    """There is no such field in any tool, so none can be talked into another shop."""
    for tool in (each["name"] for each in await desk.offered()):
        for name in ("merchant_id", "merchant", "caller"):
            answer = await desk.call(tool, {name: desk.neighbour_id})
            assert answer.status_code == 422
            assert f"{name}: Extra inputs are not" in answer.json()["message"]
