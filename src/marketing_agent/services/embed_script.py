"""The built embed script: `_pages/embed.js` of the package, made with the wheel."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.errors import SetupMissing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

_CONFIGURATION: Final = '"__LINE_LINK_CONFIG__"'
"""Stands in the script exactly once."""


class ScriptMissing(SetupMissing):
    """The embed script was not built with this installation: {why}."""


def built_script(pages: Traversable | None = None) -> str:
    """The script without a configuration. Raises ScriptMissing, which says why."""
    folder = files("marketing_agent").joinpath("_pages") if pages is None else pages
    try:
        return folder.joinpath("embed.js").read_text(encoding="utf-8")
    except OSError as error:
        raise ScriptMissing(why=_why_missing(folder)) from error


def configured(script: str, configuration: Mapping[str, Any]) -> str:
    """The script with its configuration, which cannot end the script it stands in."""
    told = json.dumps(configuration).replace("<", "\\u003c")
    return script.replace(_CONFIGURATION, told, 1)


def _why_missing(folder: Traversable) -> str:
    """One line that the build left behind."""
    try:
        told = folder.joinpath("MISSING").read_text(encoding="utf-8")
    except OSError:
        return "install the package from its wheel, or build the wheel with Node"
    return " ".join(told.split()).rstrip(".")
