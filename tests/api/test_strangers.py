"""Every route, whatever is sent to it: an answer, and never a failure of ours."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from marketing_agent.core.callers import CallerKind, Role
from tests.api.line_deliveries import webhook_of
from tests.desk import EMAIL

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.desk import Desk

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
ODD_TEXT = (
    "",
    "\0",
    "\ud800",
    "é",
    "🍵",
    "%",
    "..",
    "'; --",
    "{{ email }}",
    "x" * 9000,
)
ODD_VALUES: tuple[Any, ...] = (
    *ODD_TEXT,
    *(None, True, 0, -1, 2**31, 2**63, 10**400, 1.5, float("nan"), float("inf")),
    *([], {}, [[]], {"": {}}, {"\ud800": "\ud800"}, {"\0": "\0"}),
)
FIELDS = (
    *("tool", "arguments", "approval_id", "name", "slug", "line_user_id", "link_type"),
    *("email_variable", "phone_variable", "merchant_id", "", "\ud800", "t", "v", "k"),
)
ENDLESS = {"/api/v1/live"}
"""What a test of its own listens to."""
CONTENT_TYPES = (
    *("application/json", "application/json; charset=utf-16", "text/plain", "", "\xff"),
    *("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
)


def _paths(desk: Desk) -> list[str]:
    """Every path that the application answers to its end, as templates."""
    schema = desk.app.openapi()["paths"]
    plain = [each.path for each in desk.app.router.routes if isinstance(each, Route)]
    return sorted({*schema, *plain} - ENDLESS)


def _value(dice: random.Random, depth: int = 0) -> Any:
    if depth < 3 and dice.random() < 0.6:
        names = dice.sample(FIELDS, dice.randrange(1, 5))
        return {name: _value(dice, depth + 1) for name in names}
    return dice.choice(ODD_VALUES)


def _body(dice: random.Random) -> bytes:
    match dice.randrange(4):
        case 0:
            return dice.randbytes(dice.randrange(60))
        case 1:
            return dice.choice([b"[", b'{"a":', b'"']) * dice.randrange(2000)
        case _:
            return json.dumps(_value(dice)).encode()


def _path(dice: random.Random, template: str, slug: str, key: str) -> str:
    known = {"{slug}": slug, "{key}": key, "{name}": "create_qr_link"}
    for place, good in known.items():
        odd = dice.choice(["%00", "%ff", "%F0%9F%8D%B5", "x", "9" * 300, "%2e%2e"])
        template = template.replace(place, good if dice.random() < 0.7 else odd)
    return template


def _headers(dice: random.Random, token: str) -> list[tuple[bytes, bytes]]:
    bearer = token if dice.random() < 0.8 else dice.choice(["", "x", "a.b.c", "." * 99])
    return [
        (b"authorization", f"Bearer {bearer}".encode()),
        (b"content-type", dice.choice(CONTENT_TYPES).encode("latin-1")),
        (b"accept-language", dice.choice([b"", b"ja", b"\xff", b"q=" * 99, b"*;q=2"])),
        (b"cookie", dice.choice([b"", b"visit=x", b"visit=\xff; ;=;", b"=" * 99])),
        (b"x-line-signature", dice.randbytes(9)),
        (b"x-forwarded-for", dice.choice([b"", b"127.0.0.1", b"\xff"])),
    ]


def _query(dice: random.Random) -> bytes:
    parts = [
        dice.choice([b"t", b"v", b"k", b"email", b"phone", b"code", b"state", b"%00"])
        + b"="
        + dice.choice([b"", b"%00", b"%ff", b"%ed%a0%80", b"x" * 999, b"a%40b.test"])
        for _ in range(dice.randrange(4))
    ]
    return b"&".join(parts)


def _requests(
    desk: Desk, slug: str, key: str, rounds: int
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    dice = random.Random(20261124)  # noqa: S311 - a seed repeats the run
    kinds = [(CallerKind.HUMAN, Role.OWNER), (CallerKind.AGENT, Role.VIEWER)]
    tokens = [desk.tokens.token_for(desk.caller(*each)) for each in kinds]
    for template in _paths(desk) * rounds:
        path = _path(dice, template, slug, key)
        yield (
            dice.choice(METHODS) if dice.random() < 0.4 else dice.choice(METHODS[:3]),
            f"{path}?{_query(dice).decode('ascii')}",
            {
                "content": _body(dice),
                "headers": _headers(dice, dice.choice(tokens)),
            },
        )


async def test_nothing_that_a_stranger_sends_is_our_failure(desk: Desk) -> None:
    """Some 900 requests of random methods, paths, headers and bodies: no 5xx."""
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    webhook = await webhook_of(desk)
    doors = {"/l/{slug}", "/line/callback", "/line/webhook/{key}", "/api/v1/approvals"}
    assert doors | {"/api/v1/tools/{name}", "/health/ready"} <= set(_paths(desk))

    for method, path, request in _requests(desk, slug, webhook.key, rounds=50):
        answer = await desk.http.request(method, path, **request)
        assert answer.status_code < 500, (method, path, request)


async def test_odd_json_in_the_right_places_is_answered(desk: Desk) -> None:
    """Each odd value in each field of an approval and of a call, signed in."""
    for field in FIELDS:
        for value in ODD_VALUES:
            arguments = EMAIL | {field: value}
            for path, body in (
                ("/api/v1/approvals", {"tool": "create_qr_link", field: value}),
                ("/api/v1/tools/show_qr_links", {"arguments": {field: value}}),
                ("/api/v1/approvals", {"tool": "x", "arguments": arguments}),
            ):
                answer = await _send(desk, path, json.dumps(body).encode())
                assert answer.status_code < 500, (path, field, value)


async def _send(desk: Desk, path: str, body: bytes) -> httpx.Response:
    token = desk.tokens.token_for(desk.caller())
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    return await desk.http.post(path, content=body, headers=headers)


async def test_what_was_sent_is_not_repeated(desk: Desk) -> None:
    """A request that does not fit is explained by its fields, never by its values."""
    secret = "hana.sato@mail.test"
    for body in (
        f'"{secret}"',
        f'{{"tool": ["{secret}"]}}',
        f'{{"tool": "create_qr_link", "arguments": "{secret}"}}',
        f'{{"tool": "create_qr_link", "{secret}": 1}}',
        f'{{"tool": "{secret}"}}',
        f'{{"tool": "create_qr_link", "arguments": {{"name": "{secret}"',
    ):
        answer = await _send(desk, "/api/v1/approvals", body.encode())
        assert answer.status_code in {404, 422}
        assert set(answer.json()) == {"error", "message"}
        assert secret not in answer.text


async def test_a_body_of_any_size_is_bounded(desk: Desk) -> None:
    """More than a megabyte is refused at every door, signed in or not."""
    huge = b" " * 1_000_001
    for path in ("/api/v1/approvals", "/api/v1/tools/x", "/line/webhook/x"):
        answer = await _send(desk, path, huge)
        assert answer.status_code == 413
        assert len(answer.content) < 100
