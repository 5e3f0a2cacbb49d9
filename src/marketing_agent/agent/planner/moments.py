"""The planner's own moments: one Markdown page each, in `prompts/planner/`.

A page has front matter (`name`, `examples` by language) and a body that says when the
moment is met. They are what the tool pages' examples are compared with.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from marketing_agent.agent.planner.language import LANGUAGES
from marketing_agent.core.errors import SetupMissing
from marketing_agent.services.product_text import (
    front_matter,
    markdown_pages,
    read_yaml,
    words,
)

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


class Moment(StrEnum):
    """What a merchant may mean apart from one of the tools."""

    SETUP = "setup"
    GREETING = "greeting"
    THANKS = "thanks"
    CANCEL = "cancel"
    APPROVE = "approve"
    REJECT = "reject"
    ABILITIES = "abilities"
    CREDENTIALS = "credentials"
    OUT_OF_SCOPE = "out_of_scope"


class BrokenMoment(SetupMissing):
    """The planner's page {page} cannot be used: {problem}."""


class _Page(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Moment
    examples: dict[str, list[str]]


def moment_examples(folder: Traversable | None = None) -> dict[str, list[str]]:
    """The example utterances of every moment; from `folder`, wheel or checkout.

    Raises BrokenMoment, which names the file.
    """
    pages = markdown_pages(folder or words("prompts").joinpath("planner"))
    examples = dict(map(_read, pages))
    for moment in Moment:
        if moment not in examples:
            raise BrokenMoment(page=f"{moment}.md", problem="it is missing")
    return examples


def _read(source: Traversable) -> tuple[str, list[str]]:
    parts = front_matter(source.read_text(encoding="utf-8"))
    if parts is None:
        raise BrokenMoment(page=source.name, problem="it needs front matter and a body")
    try:
        page = _Page.model_validate(read_yaml(parts[0]))
    except (ValidationError, yaml.YAMLError) as error:
        raise BrokenMoment(page=source.name, problem=str(error)) from error
    if not all(page.examples.get(language) for language in LANGUAGES):
        problem = "it needs examples in every language"
        raise BrokenMoment(page=source.name, problem=problem)
    return page.name.value, [each for some in page.examples.values() for each in some]
