"""The tool that answers questions with sections of the help text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from marketing_agent.services.help_language import HelpLanguage, written_in
from marketing_agent.services.help_text import help_text
from marketing_agent.toolbox.registry import Arguments, Block, ReadTool, ToolResult

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground
    from marketing_agent.services.help_pages import HelpSection


class Explain(Arguments):
    """What the merchant wants to know."""

    question: str = Field(
        min_length=1,
        max_length=500,
        description="The question in plain words, in the language it was asked in.",
    )
    language: HelpLanguage | None = Field(
        default=None,
        description="The language of the answer; without it, that of the question.",
    )


class CitedSection(Block):
    """A section of the help text, word for word, in Markdown, in one language."""

    id: str
    """`page#anchor`, the same in every language."""
    page_title: str
    heading: str
    text: str


class HelpAnswer(Block):
    """The sections that answer, best first; none if the help text does not cover it."""

    found: bool
    sections: list[CitedSection]
    topics: list[str]
    """The titles of all pages: what can be asked about."""


async def _explain(_ground: Ground, _caller: Caller, taken: Explain) -> ToolResult:
    helps = help_text()
    language = taken.language or written_in(taken.question)
    found = helps.answers(taken.question, language)
    block = HelpAnswer(
        found=bool(found),
        sections=[_cited(each) for each in found],
        topics=list(helps.topics_in(language)),
    )
    return ToolResult(text=_said(block), block=block)


def _said(answer: HelpAnswer) -> str:
    if not answer.found:
        topics = ", ".join(answer.topics)
        return f"The help text does not cover this. It is about: {topics}."
    best = answer.sections[0]
    source = f"Source: {best.page_title}, {best.heading} [{best.id}]"
    return f"{best.text}\n\n{source}"


def _cited(section: HelpSection) -> CitedSection:
    return CitedSection(
        id=section.id,
        page_title=section.page_title,
        heading=section.heading,
        text=section.text,
    )


TOOLS = (ReadTool(name="explain", takes=Explain, gives=HelpAnswer, run=_explain),)
