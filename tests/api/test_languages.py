"""What the program says over HTTP is in the language of whoever asks."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel

from marketing_agent.agent.told_results import SENTENCES
from marketing_agent.api.languages import language_of
from marketing_agent.toolbox.catalogue import all_tools
from tests.api.asking import ask
from tests.api.status.shop import one_linked
from tests.desk import EMAIL

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.desk import Desk, Json

_ENGLISH_RUN = re.compile(r"(?:\b[a-z]+\b[ ,]+){3,}[a-z]+\b")
WANTED = {"ja,en;q=0.5": "ja", "zh-TW": "zh-Hant", "fr, th-TH;q=0.9, en;q=0.1": "th"}


async def _told(
    desk: Desk, language: str, tool: str, arguments: Json | None = None
) -> tuple[str, Json]:
    body = {"arguments": arguments or {}}
    answer = await ask(desk, "POST", f"/tools/{tool}", body, language=language)
    assert answer.status_code == 200, answer.text
    _check_headers(answer, language)
    return answer.json()["text"], answer.json()["block"]


def _check_headers(answer: httpx.Response, language: str) -> None:
    assert answer.headers["content-language"] == WANTED[language]
    assert answer.headers["vary"] == "Accept-Language"


def _has_no_english(*said: str | None) -> None:
    assert all(said)
    assert not [each for each in said if each and _ENGLISH_RUN.search(each)]


@pytest.mark.parametrize("language", WANTED)
async def test_checks_and_findings(desk: Desk, language: str) -> None:
    """A check and a finding with its fix, in the block and in the words about it."""
    text, block = await _told(desk, language, "check_setup")
    _has_no_english(text, *(each["says"] for each in block["checks"]))
    await one_linked(desk)
    symptom = {"symptom": "not_linked"}
    text, block = await _told(desk, language, "diagnose_linkage", symptom)
    _has_no_english(text, *(each["says"] for each in block["findings"]))
    fixes = [each["fix"] for each in block["findings"] if each["fix"]]
    _has_no_english(*fixes)


@pytest.mark.parametrize("language", WANTED)
async def test_changes_and_what_a_write_says(desk: Desk, language: str) -> None:
    """A change's title, why it cannot be undone, and a name as it was given."""
    named = EMAIL | {"name": "friend"}
    approval_id = await desk.approve("create_qr_link", named)
    body = {"arguments": named, "approval_id": approval_id}
    made = await ask(desk, "POST", "/tools/create_qr_link", body, language=language)
    assert "friend" in made.json()["text"]
    assert made.json()["block"]["name"] == "friend"
    slug = made.json()["block"]["slug"]
    await desk.write("update_qr_link", EMAIL | {"slug": slug, "name": "Renamed"})
    page = await ask(desk, "GET", "/changes", language=language)
    _check_headers(page, language)
    newest, oldest = page.json()["changes"]
    _has_no_english(made.json()["text"], oldest["what"], oldest["why_not"])
    assert "friend" in oldest["what"]
    _, block = await _told(desk, language, "show_changes")
    assert block["changes"] == [newest, oldest]


@pytest.mark.parametrize("language", WANTED)
async def test_why_somebody_is_linked_or_not(desk: Desk, language: str) -> None:
    """The counts' reasons, the hints, and a friend's Klaviyo Sync Info."""
    await one_linked(desk)
    report = (await ask(desk, "GET", "/linkage", language=language)).json()
    _has_no_english(*(each["why"] for each in report["hints"]))
    _has_no_english(*(each["reason"] for each in report["attempts"]))
    found = await ask(desk, "POST", "/friends/search", {})
    [friend] = [each for each in found.json()["friends"] if each["linked"]]
    path = f"/friends/{friend['line_user_id']}/detail"
    shown = (await ask(desk, "GET", path, language=language)).json()
    _has_no_english(shown["klaviyo_sync_info"]["evidence"])
    assert shown["klaviyo_sync_info"]["method"] == "qr_link"


@pytest.mark.parametrize("language", WANTED)
async def test_errors(desk: Desk, language: str) -> None:
    """Of a tool, of the chat, of a request that cannot be read, and of a stranger."""
    requests: list[tuple[str, Json]] = [
        ("/tools/no_tool", {}),
        ("/tools/create_qr_link", {"arguments": {}}),
        ("/tools/create_qr_link", {"arguments": EMAIL}),
        ("/tools/create_qr_link", {"arguments": EMAIL | {"name": 5, "odd": 1}}),
        ("/chat", {"message": " "}),
        ("/approvals", {}),
    ]
    for path, body in requests:
        answer = await ask(desk, "POST", path, body, language=language)
        assert answer.status_code in {403, 404, 422}, answer.text
        _check_headers(answer, language)
        message = answer.json()["message"]
        english = (await ask(desk, "POST", path, body)).json()["message"]
        assert message != english
    headers = {"Accept-Language": language}
    stranger = await desk.http.get("/api/v1/tools", headers=headers)
    assert stranger.status_code == 401
    _has_no_english(stranger.json()["message"])


async def test_english_where_nothing_is_wanted(desk: Desk) -> None:
    """Scripts and programs that say nothing get the words of the code."""
    for language in ("", "*", "fr", "en-GB, ja;q=0.5", "ja;q=0", "\u0000"):
        assert language_of(language) == "en"
    answer = await ask(desk, "POST", "/tools/show_changes", {})
    assert answer.json()["text"] == "Nothing was changed yet."
    assert answer.headers["content-language"] == "en"


async def test_a_stored_answer_is_in_no_language_of_a_request(desk: Desk) -> None:
    """What was asked for in Japanese first is told in English to the next."""
    await _told(desk, "ja,en;q=0.5", "check_setup")
    checks = (await desk.block("check_setup"))["checks"]
    assert any("LINE" in each["says"] and each["says"].isascii() for each in checks)


_TOLD_AS = {"says", "fix", "reason", "next_step", "why", "evidence"}


def _classes(kind: Any, seen: set[type]) -> Iterator[type]:
    for each in get_args(kind):
        yield from _classes(each, seen)
    is_block = isinstance(kind, type) and (
        is_dataclass(kind) or issubclass(kind, BaseModel)
    )
    if is_block and kind not in seen:
        seen.add(kind)
        yield kind
        for hint in get_type_hints(kind).values():
            yield from _classes(hint, seen)


def _fields(kind: Any) -> set[str]:
    return (
        {f.name for f in fields(kind)} if is_dataclass(kind) else set(kind.model_fields)
    )


def test_every_sentence_of_a_block_is_known() -> None:
    """A field that is called like a sentence and is a text is said in each language."""
    seen: set[type] = set()
    for tool in all_tools().tools.values():
        for kind in _classes(tool.gives, seen):
            hints = get_type_hints(kind)
            texts = {n for n in _fields(kind) & _TOLD_AS if str in _kinds(hints[n])}
            assert texts <= set(SENTENCES.get(kind, ())), kind
    assert SENTENCES.keys() <= seen


def _kinds(hint: Any) -> tuple[Any, ...]:
    return (hint, *get_args(hint))
