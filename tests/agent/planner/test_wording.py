"""The planner's texts and pages."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.agent.card_words import titles_of, values_of
from marketing_agent.agent.planner.language import LANGUAGES
from marketing_agent.agent.planner.moments import BrokenMoment, moment_examples
from marketing_agent.agent.planner.texts import BrokenWording, capped, load_wordings
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.toolbox.pages import Effect
from tests.agent.planner.playing import EVERYTHING, TOOLBOX, Play, how, planner

if TYPE_CHECKING:
    from pathlib import Path

WORDINGS = load_wordings()
_SCREENS = (
    "Klaviyo: Flow Segment Success Button Go to URL Webhook Submitted Form "
    "Subscribed to List Private API Key. LINE: Official Account, Login, User ID, "
    "Developers Console, Messaging API, Channel ID, Channel secret, Provider, "
    "Use webhook. QR Code, CTA, UTC, https, double opt-in, U"
)
_LATIN = set(re.findall("[A-Za-z]+", _SCREENS))
_MAINLAND = (
    "二維碼",
    "郵箱",
    "賬",
    "鏈接",
    "登錄",
    "默認",
    "設置",
    "信息",
    "視頻",
    "數據",
)
REPLIES = [
    text
    for wording in WORDINGS.values()
    for name, text in wording.section("quick").items()
    if name in planner().planner.matcher.meanings
]


def test_every_language_has_every_text() -> None:
    """Keys and placeholders are the same in the four languages."""
    assert WORDINGS.keys() == LANGUAGES
    shapes = [
        {key: sorted(_placeholders(text)) for key, text in wording.texts.items()}
        for wording in WORDINGS.values()
    ]
    assert all(shape == shapes[0] for shape in shapes)


@pytest.mark.parametrize("language", ["zh-Hant", "th"])
def test_nothing_was_left_in_english(language: str) -> None:
    """Latin words are names of products and of what their screens show."""
    for key, text in WORDINGS[language].texts.items():
        plain = re.sub(r"```.*?```|\{[^}]*\}", " ", text, flags=re.DOTALL)
        assert not set(re.findall("[A-Za-z]+", plain)) - _LATIN, key


@pytest.mark.parametrize("language", ["zh-Hant", "th"])
def test_nothing_was_left_in_japanese(language: str) -> None:
    """A catalogue that began as a copy of the Japanese one holds no kana."""
    for key, text in WORDINGS[language].texts.items():
        assert not re.search("[\u3041-\u30fa\u30fd-\u30ff]", text), key


def test_thai_holds_no_han() -> None:
    """No Chinese or Japanese word strayed into the Thai texts."""
    for key, text in WORDINGS["th"].texts.items():
        assert not re.search("[\u3400-\u9fff]", text), key


def test_chinese_is_written_as_in_taiwan() -> None:
    """Taiwan's own character set holds every character: none is simplified."""
    for key, text in WORDINGS["zh-Hant"].texts.items():
        han = "".join(re.findall("[\u3400-\u9fff]", text))
        assert han.encode("big5", errors="ignore").decode("big5") == han, key


def test_chinese_says_it_as_in_taiwan() -> None:
    """Words of the mainland, such as for email or a QR code, are not used."""
    for key, text in WORDINGS["zh-Hant"].texts.items():
        assert not any(word in text for word in _MAINLAND), key


def test_a_missing_text_is_refused(tmp_path: Path) -> None:
    """A language without a key does not load, and the key is named."""
    for language, text in (("en", "Hello {name}"), ("ja", "Hello")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "talk.yaml").write_text(f"a:\n  b: {text}\n")
    with pytest.raises(BrokenWording, match=r"a\.b"):
        load_wordings(tmp_path)


def test_a_text_stands_in_one_file(tmp_path: Path) -> None:
    """Two files of a language with the same key do not load, and the key is named."""
    (tmp_path / "en").mkdir()
    for file in ("talk.yaml", "forms.yaml"):
        (tmp_path / "en" / file).write_text("a:\n  b: Hello\n")
    with pytest.raises(BrokenWording, match=r"a\.b"):
        load_wordings(tmp_path)


@pytest.mark.parametrize("tool", EVERYTHING)
def test_every_tool_has_a_title(tool: str) -> None:
    """A choice of "did you mean" is called something in each language."""
    for wording in WORDINGS.values():
        assert wording.has(f"titles.{tool}")
    titles = titles_of(tool, TOOLBOX.pages[tool].title)
    assert titles.keys() == LANGUAGES
    assert titles["en"] == TOOLBOX.pages[tool].title
    assert len(set(titles.values())) == len(LANGUAGES)


@pytest.mark.parametrize("tool", EVERYTHING)
def test_every_field_of_a_card_has_a_label(tool: str) -> None:
    """No card shows a merchant the name of an argument."""
    if TOOLBOX.tools[tool].effect is Effect.WRITE:
        for wording in WORDINGS.values():
            fields = TOOLBOX.tools[tool].takes.model_fields
            assert fields.keys() <= wording.section("fields").keys()


def _choices(schema: dict[str, Any], defs: dict[str, Any]) -> set[str]:
    """What an argument can be, where that is not free text or a number."""
    schema = defs.get(schema.get("$ref", "").rpartition("/")[2], schema)
    if schema.get("type") == "boolean":
        return {"true", "false"}
    inner = [schema["items"]] if "items" in schema else schema.get("anyOf", [])
    named = {str(each) for each in schema.get("enum", [])}
    return named.union(*(_choices(each, defs) for each in inner))


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("tool", EVERYTHING)
def test_every_value_of_a_card_has_words(tool: str, language: str) -> None:
    """No card shows a merchant "True", "immediate" or another name of the code."""
    if TOOLBOX.tools[tool].effect is Effect.WRITE:
        schema = TOOLBOX.tools[tool].takes.model_json_schema()
        for name, field in schema["properties"].items():
            for value in _choices(field, schema.get("$defs", {})):
                one, several = {name: value}, {name: [value]}
                assert values_of(one, language).keys() == {name}, value
                assert values_of(several, language) == values_of(one, language)


@pytest.mark.parametrize("code", list(OutcomeCode))
def test_every_outcome_has_words(code: OutcomeCode) -> None:
    """No outcome is shown in English to a merchant of another language."""
    for wording in WORDINGS.values():
        assert wording.has(f"outcomes.{code.value}")


@pytest.mark.parametrize("reply", REPLIES)
def test_what_it_offers_it_understands(reply: str) -> None:
    """A quick reply that begins something is taken at its word."""
    play = Play()
    play.say(reply)
    assert how(play.messages[1])["margin"] == 1.0


def test_names_are_cut_to_one_line() -> None:
    """What comes from elsewhere is at most 100 characters on one line."""
    assert capped("a\nb") == "a b"
    assert len(capped("x" * 500)) == 100


def test_a_missing_moment_is_refused(tmp_path: Path) -> None:
    """A page taken away is named when the planner is made."""
    with pytest.raises(BrokenMoment, match=r"setup\.md"):
        moment_examples(tmp_path)


def test_no_text_claims_to_be_a_language_model() -> None:
    """The only mention of a language model is that there is none."""
    for wording in WORDINGS.values():
        for key, text in wording.texts.items():
            spoken = text.lower()
            words = ("language model", "言語モデル", "語言模型", "โมเดลภาษา", " ai ")
            named = any(word in spoken for word in words)
            assert not named or key == "moments.abilities"


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
