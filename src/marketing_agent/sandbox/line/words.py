"""The words on the LINE sandbox's pages: a file for each language of `pages/words`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping


def words(*preferences: str) -> Mapping[str, str]:
    """The page's words in the first language of the lists that there is, else English.

    Each preference is a BCP 47 list as in `ui_locales` or `Accept-Language`.
    """
    known = _catalogues()
    for preference in preferences:
        for tag in preference.replace(",", " ").split():
            language = tag.partition(";")[0].partition("-")[0].lower()
            if language in known:
                return known[language]
    return known["en"]


@cache
def _catalogues() -> Mapping[str, Mapping[str, str]]:
    """By primary language: Chinese is the traditional one."""
    folder = files("marketing_agent.sandbox.line") / "pages" / "words"
    return {
        file.name.removesuffix(".yaml"): MappingProxyType(
            yaml.safe_load(file.read_text("utf-8"))
        )
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    }
