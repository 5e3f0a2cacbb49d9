"""The reference pages say what the code says."""

from __future__ import annotations

import re
from typing import Final

import pytest

from marketing_agent.api.errors import _STATUSES
from marketing_agent.settings import Settings
from tests.docs.pages import ROOT
from tests.docs.reference_pages import PAGES

REFERENCE: Final = ROOT / "docs" / "reference"
_ROW: Final = re.compile(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`|([^|]*?)) \|", re.MULTILINE)


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_up_to_date(name: str) -> None:
    """Nobody changed a command or a tool and left its page behind.

    If this fails: `uv run python -m tests.docs.reference_pages`.
    """
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name]()


def test_the_settings_page_has_every_setting_and_its_default() -> None:
    """Names and defaults of the page are those that the program reads."""
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    told = {name: default for name, default, _ in _ROW.findall(page)}
    real = {
        name.upper(): "" if field.default is None else str(field.default)
        for name, field in Settings.model_fields.items()
    }
    assert told == real


def test_the_api_page_has_every_status_of_an_error() -> None:
    """A caller finds each status that an error of ours can have."""
    page = (REFERENCE / "http-api.md").read_text(encoding="utf-8")
    told = {int(status) for status in re.findall(r"^\| (\d{3}) \|", page, re.MULTILINE)}
    assert told == set(_STATUSES.values())
