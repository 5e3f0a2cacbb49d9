"""Anything at all in paths, queries, cookies and forms: a clear page, never a 5xx."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message

    from tests.api.customer.stage import Stage

NAMES = (b"t", b"v", b"k", b"email", b"phone", b"code", b"state", b"error", b"retry")
NAMES += (b"_kx", b"id", b"scan")
PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        (b"%00", b"%", b"%zz", b"%ff%fe", b"%ed%a0%80", b"+", b"\x00", b"\xff", b";")
    ),
    st.text(max_size=20).map(lambda text: quote(text).encode()),
)
VALUES = st.lists(PIECES, max_size=4).map(b"".join)
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6).map(
    lambda pairs: b"&".join(name + b"=" + value for name, value in pairs)
)
GETS = [
    "/l/{slug}",
    "/l/{slug}/qr.png",
    "/l/{slug}/qr.svg",
    "/link",
    "/link/qr.svg",
    "/line/callback",
]
GETS += ["/link/done", "/link/progress", "/link/state", "/f/{slug}"]
POSTS = ["/link/opened", "/link/confirm", "/link/unlink"]
a_few = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: dict[bytes, bytes]
    body: bytes


async def _ask(
    app: ASGIApp,
    path: str,
    query: bytes,
    *,
    body: bytes | None = None,
    more: list[bytes] | None = None,
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> _Answer:
    """Ask as a server would that lets every byte through; `more` bodies are used up."""
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET" if body is None else "POST",
        "path": path,
        "raw_path": path.encode(errors="replace"),
        "root_path": "",
        "query_string": query,
        "headers": headers,
    }
    sent: list[Message] = []

    async def receive() -> Message:
        piece = more.pop() if more else body or b""
        return {"type": "http.request", "body": piece, "more_body": bool(more)}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return _Answer(sent[0]["status"], dict(sent[0]["headers"]), content)


def _is_clear(answer: _Answer) -> bool:
    if answer.status in {200, 303}:
        return True
    kind = answer.headers[b"content-type"]
    return 400 <= answer.status < 500 and kind == b"text/html; charset=utf-8"


@pytest.mark.parametrize("path", GETS)
@a_few
@given(query=QUERIES)
async def test_any_query_is_answered(stage: Stage, path: str, query: bytes) -> None:
    """Broken encodings, NUL bytes and repeated parameters end in a page or redirect."""
    answer = await _ask(stage.app, path.format(slug=stage.qr_link.slug), query)

    assert _is_clear(answer)


@pytest.mark.parametrize("path", POSTS)
@a_few
@given(body=st.one_of(QUERIES, st.binary(max_size=200)))
async def test_any_form_is_answered(stage: Stage, path: str, body: bytes) -> None:
    """Forms of any bytes and content type end in a page."""
    kind = (b"content-type", b"multipart/form-data; boundary=\xff")
    answer = await _ask(stage.app, path, b"", body=body, headers=(kind,))

    assert answer.status in {400, 410}
    assert _is_clear(answer)


@a_few
@given(slug=st.text(min_size=1, max_size=60).filter(lambda text: "/" not in text))
async def test_any_slug_is_answered(stage: Stage, slug: str) -> None:
    """A slug with NUL bytes, or in any script, is simply not in use."""
    for ending in ("", "/qr.png"):
        answer = await _ask(stage.app, f"/l/{slug}{ending}", b"email=a@b.test")
        assert answer.status == 404


async def test_a_slug_does_not_end_at_a_nul_byte(stage: Stage) -> None:
    """A known slug with a NUL byte behind it is not in use, nor an error."""
    answer = await _ask(stage.app, f"/l/{stage.qr_link.slug}\x00b", b"")

    assert answer.status == 404


@a_few
@given(extra=VALUES)
async def test_a_real_ticket_with_anything_added_is_answered(
    stage: Stage, extra: bytes
) -> None:
    """What is put behind a real ticket is never shown unescaped, nor a 5xx."""
    ticket = (await stage.landing_path()).partition("t=")[2].encode()
    hostile = b"t=" + ticket + b"%22%3E%3Cscript%3E" + extra
    for path in ("/link", "/line/callback"):
        answer = await _ask(stage.app, path, hostile)
        assert _is_clear(answer)
        assert b'"><script>' not in answer.body


@a_few
@given(state=VALUES, code=VALUES, error=VALUES, cookie=st.binary(max_size=60))
async def test_any_callback_is_answered(
    stage: Stage, state: bytes, code: bytes, error: bytes, cookie: bytes
) -> None:
    """A forged callback of a real ticket ends in a page and stores nothing."""
    query = (await stage.landing_path()).partition("?")[2].encode()
    query += b"&state=" + state + b"&code=" + code + b"&error=" + error
    answer = await _ask(
        stage.app, "/line/callback", query, headers=((b"cookie", b"visit=" + cookie),)
    )

    assert answer.status == 400
    assert stage.wakes.heard == []


@pytest.mark.parametrize("path", POSTS)
async def test_an_endless_form_is_not_read_to_its_end(stage: Stage, path: str) -> None:
    """More than a form of ours can hold is refused after the first pieces."""
    pieces = [b"v" * 10_000] * 5
    answer = await _ask(stage.app, path, b"", body=b"", more=pieces)

    assert answer.status == 400
    assert len(pieces) == 3


@pytest.mark.parametrize(
    "query",
    [
        b"t=" + b"A" * 60_000,
        b"&".join(b"t=A" for _ in range(15_000)),
        b"email=" + b"%F0%9F%8D%99" * 5_000,
        b"k=" + b"A" * 60_000 + b"&v=" + b"A" * 60_000,
    ],
    ids=["long", "repeated", "wide", "two long"],
)
async def test_a_huge_query_is_answered(stage: Stage, query: bytes) -> None:
    """As much as a server lets through is answered like any other broken query."""
    for path in GETS:
        answer = await _ask(stage.app, path.format(slug=stage.qr_link.slug), query)
        assert _is_clear(answer)
