"""The catalogues: what is shipped is whole, and what is broken is named at loading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from marketing_agent.api.customer import pages
from marketing_agent.api.customer.problems import every_problem
from marketing_agent.api.customer.wording import BrokenCatalogue, load_wordings
from marketing_agent.services.ticket_states import TicketState

ENGLISH = "texts:\n  done:\n    title: All done\n    text: '{shop} is ready'\n"
EMBED = ("scan", "waiting", "scanned", "done", "failed", "expired", "qr")
"""Asked for by the script on the merchant's page (`api/embed`)."""
BROKEN = {
    "missing": (
        "texts:\n  done:\n    title: 完了\n",
        "ja cannot be used: done.text is missing",
    ),
    "extra": (
        ENGLISH + "    more: もっと\n",
        "ja cannot be used: done.more is not in English",
    ),
    "placeholder": (
        "texts:\n  done:\n    title: 完了\n    text: '{store}です'\n",
        r"done.text has the placeholders {store}, English has {shop}",
    ),
    "lost placeholder": (
        "texts:\n  done:\n    title: 完了\n    text: できました\n",
        r"done.text has the placeholders none, English has {shop}",
    ),
    "attribute": (
        "texts:\n  done:\n    title: 完了\n    text: '{shop.name}です'\n",
        "done.text: a placeholder is a plain name",
    ),
    "open brace": (
        "texts:\n  done:\n    title: 完了\n    text: '{shopです'\n",
        "done.text: expected '}'",
    ),
    "empty": ("texts:\n  done:\n    title: ' '\n    text: x\n", "done.title is empty"),
    "not text": ("texts:\n  done:\n    title: 1\n    text: x\n", "texts.done.title"),
    "unknown part": ("words: {}\n" + ENGLISH, "words"),
    "no YAML": ("texts: [", "ja cannot be used"),
}


def _folder(place: Path, **files: str) -> Path:
    for language, text in files.items():
        (place / f"{language}.yaml").write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize(("text", "complaint"), BROKEN.values(), ids=BROKEN)
def test_a_broken_catalogue_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    """Loading refuses a catalogue that differs from English and says where."""
    with pytest.raises(BrokenCatalogue, match=re.escape(complaint)):
        load_wordings(_folder(tmp_path, en=ENGLISH, ja=text))


def test_english_has_to_be_there(tmp_path: Path) -> None:
    """Without the default language there is nothing to fall back to."""
    with pytest.raises(BrokenCatalogue, match="language en"):
        load_wordings(_folder(tmp_path, ja=ENGLISH))


def test_a_language_is_one_file(tmp_path: Path) -> None:
    """A new file is a new language, with the other tags that it is right for."""
    chinese = "answers_to: [zh-Hant]\n" + ENGLISH.replace("All done", "完成")
    (tmp_path / "zh-TW.yaml").write_text(chinese, encoding="utf-8")

    found = load_wordings(_folder(tmp_path, en=ENGLISH))

    assert set(found) == {"en", "zh-TW"}
    assert found["zh-TW"].text("done.title") == "完成"
    assert found["zh-TW"].answers_to == ("zh-Hant",)


def test_a_filled_in_value_is_not_read_as_a_placeholder() -> None:
    """A shop named like a placeholder shows up as it is."""
    english = load_wordings()["en"]

    text = english.text("done.text", shop="{account}", account="{shop.x}")

    assert "{account}" in text
    assert "{shop.x}" in text


def test_the_templates_use_exactly_the_texts_that_exist() -> None:
    """No page asks for a missing text, and no text is there for nothing."""
    templates = Path(pages.__file__).parent / "templates"
    markup = "".join(path.read_text("utf-8") for path in templates.glob("*.html"))
    asked = set(re.findall(r'text\("([a-z_]+\.[a-z_]+)"', markup))
    asked |= {f"steps.{step}" for step in ("log_in", "add_friend", "done")}
    asked |= {f"scan.{state}" for state in (*TicketState, "failed", "paused")}
    asked |= {f"embed.{name}" for name in EMBED}
    sections = {problem.name for problem in every_problem()}
    asked |= {f"{name}.{part}" for name in sections for part in ("title", "text")}

    assert asked == set(load_wordings()["en"].texts)


def test_templates_and_code_hold_no_text_of_their_own() -> None:
    """Between the tags of a template there is nothing but texts and values."""
    templates = Path(pages.__file__).parent / "templates"
    for path in templates.glob("*.html"):
        bare = re.sub(r"(?s){[{%#].*?[}%#]}|<[^>]*>", " ", path.read_text("utf-8"))
        assert not re.search(r"\w", bare), path.name


def test_linking_has_one_word_in_chinese() -> None:
    """The customer's pages say it as the chat does, and never with a second word."""
    texts = load_wordings()["zh-Hant"].texts
    assert "連動" in texts["landing.title"]
    assert not [key for key, text in texts.items() if "綁定" in text]
