"""The words of the tools: one Markdown page each, in the top-level folder `tools/`.

A page has front matter (`name`, `effect`, `title`, `examples` by language) and a body:
what the tool does, when to use it and when not. The body is what a model reads.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from marketing_agent.core.errors import SetupMissing
from marketing_agent.services.product_text import (
    front_matter,
    markdown_pages,
    read_yaml,
    words,
)

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

_LANGUAGES: Final = frozenset({"en", "ja", "zh-Hant", "th"})


class Effect(StrEnum):
    """Whether a tool only looks or changes something."""

    READ = "read"
    WRITE = "write"


class ToolPage(BaseModel):
    """A page as the registry uses it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    effect: Effect
    title: str
    examples: dict[str, list[str]]
    body: str


class BrokenPage(SetupMissing):
    """The tool page {page} cannot be used: {problem}."""


def tool_pages(folder: Path | None = None) -> dict[str, ToolPage]:
    """All pages by tool name; from `folder`, the wheel, or the checkout.

    Raises BrokenPage, which names the file.
    """
    read = map(_read, markdown_pages(folder or words("tools")))
    return {page.name: page for page in read}


def _read(source: Traversable) -> ToolPage:
    file = source.name
    try:
        text = source.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BrokenPage(page=file, problem="it is not UTF-8") from error
    parts = front_matter(text)
    if parts is None:
        raise BrokenPage(page=file, problem="it needs front matter and a body")
    matter, body = parts
    try:
        page = ToolPage.model_validate(read_yaml(matter) | {"body": body})
    except (ValidationError, yaml.YAMLError, TypeError) as error:
        raise BrokenPage(page=file, problem=str(error)) from error
    if file != f"{page.name}.md":
        raise BrokenPage(page=file, problem=f"it is named {page.name} inside")
    if not all(page.examples.get(language) for language in _LANGUAGES):
        raise BrokenPage(page=file, problem="it needs examples in every language")
    return page
