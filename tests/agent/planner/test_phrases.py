"""What the program says in English, said in the languages of its merchants."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import HumanMessage, ToolMessage

import marketing_agent
from marketing_agent.agent.planner.language import ENGLISH, LANGUAGES
from marketing_agent.agent.planner.phrase_book import (
    BrokenPhrase,
    Phrase,
    load_phrases,
    phrase_book,
)
from marketing_agent.agent.results import failed
from marketing_agent.core.errors import (
    CredentialsRefused,
    DuplicateProfile,
    MarketingAgentError,
    PlatformAnswerUnreadable,
    PlatformNotFound,
    PlatformRefused,
    PlatformThrottled,
    PlatformUnreachable,
    SetupMissing,
)
from marketing_agent.core.reasons import NEXT_STEPS, REASONS
from marketing_agent.services.klaviyo_forms import UnknownForm
from marketing_agent.services.status.friend import EVIDENCE
from marketing_agent.toolbox.change_words import WORDS
from tests.agent.planner.playing import (
    EVERYTHING,
    FRIEND,
    Play,
    found,
    linkage,
    planner,
    schema,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.messages import BaseMessage

OTHERS = sorted(LANGUAGES - {ENGLISH})
BOOK = phrase_book()
_ROOT = Path(marketing_agent.__file__).parent
_DIAGNOSING = [
    *sorted((_ROOT / "core" / "diagnosis").rglob("*.py")),
    *sorted((_ROOT / "services" / "diagnosis").rglob("*.py")),
    _ROOT / "services" / "status" / "hints.py",
]
_FILLED_IN = ("X1", "Nothing to do.", "forms:read (choosing and checking a form)")
"""One of these fits wherever a sentence has a fact."""
_SENTENCE = re.compile(r'[A-Z"].* .*[.?!:]')
_ENGLISH_RUN = re.compile(r"(?:\b[a-z]+\b[ ,]+){3,}[a-z]+\b")
"""Four words in a row without a capital: no name of a product or a screen."""


def _sentences(path: Path) -> Iterator[ast.expr]:
    """What stands in a file as a string, without what only explains the code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = {
        id(p) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for p in n.values
    }
    explains = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (is_text or isinstance(node, ast.JoinedStr)) and not (
            {id(node)} & (parts | explains)
        ):
            assert isinstance(node, ast.expr)
            yield node


def _filled(node: ast.expr, fact: str) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else fact for part in parts
    ).strip()


SAID_BY_CHECKS = sorted(
    {
        tuple(_filled(node, fact) for fact in _FILLED_IN)
        for path in _DIAGNOSING
        for node in _sentences(path)
        if _SENTENCE.fullmatch(_filled(node, _FILLED_IN[1]))
        and not _filled(node, "").startswith("HTTP")
    }
)


@pytest.mark.parametrize("said", SAID_BY_CHECKS, ids=lambda said: said[0][:60])
def test_every_finding_is_known(said: tuple[str, ...]) -> None:
    """A sentence that a check can say, read from its code, has its phrase."""
    assert any(BOOK.has(each) for each in said)


@pytest.mark.parametrize(
    "sentence", [*REASONS.values(), *NEXT_STEPS.values(), *EVIDENCE.values()]
)
def test_every_reason_is_known(sentence: str) -> None:
    """With a count and without one, and why somebody is linked."""
    for profiles in ("Several", 3):
        assert BOOK.has(sentence.format_map({"profiles": profiles}))


_ENDS = {"line_user_id": FRIEND, "profile_id": "01PROFILE"}
_FACTS: dict[str, Any] = {
    **_ENDS,
    "name": "Newsletter",
    "form_name": "Welcome",
    "segment_name": "VIP",
    "on": True,
    "changed": 2,
    "role": "staff",
    "friends": 3,
    "former": {"name": "Before"},
    "decision": "keep",
    "linked": [_ENDS],
    "unlinked": [_ENDS, _ENDS],
    "undone": 4,
    "did": {"tool": "delete_tag", "result": {"name": "Regulars"}},
}


@pytest.mark.parametrize(
    "other", [{}, {"on": False, "decision": "replace", "linked": []}], ids=str
)
@pytest.mark.parametrize("tool", WORDS)
def test_every_change_is_known(tool: str, other: dict[str, Any]) -> None:
    """A change is told in words, whatever it was."""
    assert BOOK.has(WORDS[tool]({**_FACTS, **other}))


def _below(base: type[MarketingAgentError]) -> Iterator[type[MarketingAgentError]]:
    for each in base.__subclasses__():
        yield each
        yield from _below(each)


_MET_ELSEWHERE = {
    "agent.planner": "whoever changes the planner's own files",
    "api.customer": "the shop's customers, on pages with catalogues of their own",
    "api.embed": "the script on a landing page",
    "api.mcp_server": "an MCP client",
    "services.customer_claim": "a customer",
    "services.customer_login": "a customer",
    "services.flow_webhooks": "Klaviyo",
    "services.help_pages": "whoever changes the help text",
    "services.help_vectors": "whoever changes the help text",
    "services.imports.hand": "the worker that runs an import",
    "services.line_events": "LINE",
    "services.merchants": "whoever makes a merchant, on the command line",
    "services.tickets": "a customer",
    "toolbox.pages": "whoever changes the tools",
    "wiring": "whoever starts the program, on the command line",
}
_MET_BY_THE_STARTER = {"ModelMisconfigured", "ModelWithoutTools", "PageMismatch"}
_WHOLLY_A_FACT = {"BadInput", "SetupMissing"}


def _is_met_by_merchants(error: type[MarketingAgentError]) -> bool:
    module = error.__module__.removeprefix("marketing_agent.")
    met = [each for each in _MET_ELSEWHERE if f"{module}.".startswith(f"{each}.")]
    return not met and error.__name__ not in _MET_BY_THE_STARTER | _WHOLLY_A_FACT


def _every_module() -> None:
    for module in pkgutil.walk_packages(marketing_agent.__path__, "marketing_agent."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


_every_module()
ERRORS = sorted(
    {
        each
        for each in _below(MarketingAgentError)
        if each.__module__.startswith("marketing_agent.") and _is_met_by_merchants(each)
    },
    key=lambda error: (error.__module__, error.__name__),
)


class _Fact(str):
    """A fact that is written in any format."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return str(self)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_that_a_merchant_meets_is_known(
    error: type[MarketingAgentError],
) -> None:
    """The whole tree, but for what neither the chat nor a screen can meet.

    The docstring is the message; its phrase has what the message is filled with.
    """
    text = inspect.cleandoc(error.__doc__ or "")
    names = {name for _, name, _, _ in Formatter().parse(text) if name}
    assert any(
        BOOK.has(text.format_map(dict.fromkeys(names, _Fact(fact))))
        for fact in ("X1", "friend")
    )


_KLAVIYO = {"platform": "Klaviyo", "call": "get_forms"}
FAILURES = {
    "throttled": PlatformThrottled(**_KLAVIYO, retry_after=120.0),
    "down": PlatformUnreachable(**_KLAVIYO, detail="status 503"),
    "silent": PlatformUnreachable(platform="LINE", detail="ReadTimeout"),
    "wrong key": CredentialsRefused(
        **_KLAVIYO, status=401, detail="Incorrect authentication credentials."
    ),
    "key without scope": CredentialsRefused(
        **_KLAVIYO,
        status=403,
        detail="Your API key is missing the required scope: forms:read.",
    ),
    "refused": DuplicateProfile(**_KLAVIYO, status=409, detail="Conflict."),
    "form gone": UnknownForm(form_id="XyZ123", known="There are: Welcome"),
    "gone at Klaviyo": PlatformNotFound(
        **_KLAVIYO, status=404, detail="A form with id XyZ123 does not exist."
    ),
    "unreadable": PlatformAnswerUnreadable(
        **_KLAVIYO, detail="status 502 without a reason"
    ),
    "not connected": SetupMissing(
        what="Klaviyo", fix="Connect the Klaviyo account with its private key."
    ),
}
_LISTING = {
    "ja": "Klaviyoのフォームを一覧で見せて",
    "zh-Hant": "列出 Klaviyo 的表單",
    "th": "ขอดูรายการฟอร์มใน Klaviyo",
}


def _told_of(said: str, failure: dict[str, Any]) -> str:
    """The planner's answer to a sentence whose tool calls all fail so."""
    model = planner().bind_tools([schema(tool) for tool in EVERYTHING])
    messages: list[BaseMessage] = [HumanMessage(said)]
    answer = model.invoke(messages)
    while answer.tool_calls:
        call_id = str(answer.tool_calls[0]["id"])
        came = ToolMessage(json.dumps(failure), tool_call_id=call_id)
        messages += [answer, came]
        answer = model.invoke(messages)
    return answer.text


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_of_a_platform_is_told_in_the_merchants_language(
    failure: str, language: str
) -> None:
    """Throttled, down, refused or gone: no English sentence is left in the chat."""
    error = FAILURES[failure]
    told = _told_of(_LISTING[language], failed(error))
    assert BOOK.has(error.message)
    assert BOOK.said(error.message, language) in told
    assert not _ENGLISH_RUN.search(told)


def test_a_platforms_own_words_are_quoted_whole() -> None:
    """What Klaviyo says in sentences that nobody knows keeps its spaces."""
    refused = PlatformRefused(**_KLAVIYO, status=400, detail="Not so. Do it well.")
    assert "Not so. Do it well." in BOOK.said(refused.message, "ja")


def test_what_nobody_knows_stays_as_it_came() -> None:
    """A platform's own words are quoted; what stands around them is told."""
    told = BOOK.said("This could not be checked. Quota of the day is used.", "ja")
    assert told == "確認できませんでした。Quota of the day is used."
    assert not BOOK.has("This could not be checked. Quota of the day is used.")


@pytest.mark.parametrize("language", OTHERS)
def test_what_speaks_for_a_method_has_its_figures(language: str) -> None:
    """A suggestion says in every language how many friends it could reach."""
    why = (
        "Nothing has asked 37 of 41 unlinked friends to link yet; a custom QR code in "
        "a Klaviyo email does."
    )
    block = {**linkage(), "hints": [{"method": "qr_link", "why": why}]}
    told = Play(data={"query_linkage_status": block}).say(_COUNTING[language]).text
    assert "37" in told
    assert "41" in told
    assert not _ENGLISH_RUN.search(told)


def test_a_name_is_never_taken_for_a_word() -> None:
    """A custom QR code called "friend" is not translated, nor is one with quotes."""
    for name in ("friend", 'A", before "B'):
        assert name in BOOK.said(f'Deleted custom QR code "{name}"', "ja")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("- {en: A b., ja: あ}", "not every language"),
        ("- {en: 'A {b}.', ja: あ, zh-Hant: 一, th: ก}", "facts differ"),
        ("en: A b.", "list"),
    ],
)
def test_a_broken_phrase_is_refused(tmp_path: Path, content: str, problem: str) -> None:
    """A phrase without a language, or with other facts, is named."""
    (tmp_path / "some.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(BrokenPhrase, match=problem):
        load_phrases(tmp_path)


_WORST = [
    found(
        "target_form",
        says="Klaviyo no longer has the target form.",
        fix="Remove this form linkage, and set up one for another form.",
        evidence=[{"what": "form", "value": "Welcome"}],
    ),
    found(
        "klaviyo_scopes",
        "doubt",
        says="The Klaviyo key lacks forms:read (choosing and checking a form).",
        fix="Make a private key with these scopes in Klaviyo and connect it.",
        evidence=[{"what": "missing scope", "value": "forms:read"}],
    ),
    found(
        "attempt_reasons",
        says="The merge variable was not filled in.",
        fix="Check the name of the merge variable in the Klaviyo email.",
        evidence=[
            {"what": "outcome", "value": "invalid_signal"},
            {"what": "attempts that ended so", "value": "3"},
        ],
    ),
]
_COUNTING = {
    "ja": "連携状況を確認する",
    "zh-Hant": "查看連動狀態",
    "th": "ดูสถานะการเชื่อมโยง",
}
_ASKED = {
    "ja": "お客様が連携されない原因を調べて",
    "zh-Hant": "請幫我檢查為什麼顧客沒有連動",
    "th": "ช่วยหาสาเหตุที่ลูกค้าไม่ถูกเชื่อมโยง",
}


@pytest.mark.parametrize("language", OTHERS)
def test_a_diagnosis_is_told_in_the_merchants_language(language: str) -> None:
    """Findings, what was seen and what to do: no English sentence is left."""
    block = {"symptom": "not_linked", "findings": _WORST, "left_out": 0}
    play = Play(data={"diagnose_linkage": block})
    told = play.say(_ASKED[language]).text
    assert "Welcome" in told
    assert not _ENGLISH_RUN.search(told)


@pytest.mark.parametrize("language", OTHERS)
def test_why_many_did_not_link_is_told_in_the_merchants_language(language: str) -> None:
    """The counts say the reason with its next step."""
    attempts = {
        "method": "qr_link",
        "code": "invalid_signal",
        "row": 6,
        "detail": "",
        "reason": REASONS[6, ""],
        "next_step": NEXT_STEPS[6, ""],
        "count": 3,
    }
    block = {**linkage(), "attempts": [attempts]}
    told = Play(data={"query_linkage_status": block}).say(_COUNTING[language]).text
    assert BOOK.said(NEXT_STEPS[6, ""], language) in told
    assert not _ENGLISH_RUN.search(told)


@pytest.mark.parametrize("phrase", load_phrases(), ids=lambda p: p.texts[ENGLISH][:60])
def test_a_phrase_is_written_in_its_own_script(phrase: Phrase) -> None:
    """No kana in Chinese or Thai, no Han in Thai, and Chinese as Taiwan writes it."""
    chinese, thai = phrase.texts["zh-Hant"], phrase.texts["th"]
    assert not re.search("[\u3041-\u30fa\u30fd-\u30ff]", chinese + thai)
    assert not re.search("[\u3400-\u9fff]", thai)
    han = "".join(re.findall("[\u3400-\u9fff]", chinese))
    assert han.encode("big5", errors="ignore").decode("big5") == han
    assert not any(_ENGLISH_RUN.search(phrase.texts[each]) for each in OTHERS)
