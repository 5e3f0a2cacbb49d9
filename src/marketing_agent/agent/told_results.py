"""What a tool gave, in the language of whoever asked.

A block keeps its shape: of its fields only those that hold a sentence of the program
are said again. Names, values and codes stay as they are.
"""

from __future__ import annotations

from dataclasses import is_dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from pydantic import BaseModel

from marketing_agent.agent.planner.history import Came
from marketing_agent.agent.planner.language import ENGLISH
from marketing_agent.agent.planner.matcher import Verdict
from marketing_agent.agent.planner.phrase_book import phrase_book
from marketing_agent.agent.planner.state import State
from marketing_agent.agent.planner.telling import told
from marketing_agent.agent.planner.telling.diagnosis import OUR_WORDS
from marketing_agent.agent.planner.texts import wordings
from marketing_agent.agent.planner.turn import Turn
from marketing_agent.agent.results import Status
from marketing_agent.services.setup_check import SetupCheck
from marketing_agent.services.status.counts import Attempts
from marketing_agent.toolbox.change_tools import ChangeLine, Undone
from marketing_agent.toolbox.diagnosis_tools import FindingLine, SeenLine
from marketing_agent.toolbox.import_blocks import ImportRun
from marketing_agent.toolbox.linkage_blocks import (
    AttemptLine,
    KlaviyoSyncInfo,
    LabelLine,
    MethodHint,
)
from marketing_agent.toolbox.recommendation_blocks import MethodRecommendation
from marketing_agent.toolbox.review_blocks import ReviewLine, SharedLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.toolbox.registry import ToolResult

ValueT = TypeVar("ValueT")

_WHY: Final = ("reason", "next_step")
SENTENCES: Final[Mapping[type, tuple[str, ...]]] = {
    ChangeLine: ("what", "why_not"),
    Undone: ("what",),
    FindingLine: ("says", "fix"),
    SeenLine: ("what",),
    SetupCheck: ("says", "fix"),
    MethodHint: ("why",),
    MethodRecommendation: ("unread",),
    ImportRun: ("error",),
    KlaviyoSyncInfo: ("evidence",),
    Attempts: _WHY,
    AttemptLine: _WHY,
    LabelLine: _WHY,
    ReviewLine: _WHY,
    SharedLine: _WHY,
}
"""The fields that hold a sentence of the program, by the class that has them."""


def result_in(language: str, tool: str, result: ToolResult) -> ToolResult:
    """The same result; its text is what the planner says about it in the chat."""
    if language == ENGLISH:
        return result
    data = result.block.model_dump(mode="json")
    came = Came(tool=tool, status=Status.DONE, text=result.text, data=data)
    text = told(_turn_in(language, tool), came).text
    return replace(result, text=text, block=said_in(language, result.block))


def said_in(language: str, value: ValueT) -> ValueT:
    """A block, or whatever has blocks in it, with its sentences in this language."""
    return value if language == ENGLISH else cast("ValueT", _said(language, value))


def _said(language: str, value: Any) -> Any:
    match value:
        case BaseModel():
            fields = {name: getattr(value, name) for name in type(value).model_fields}
            return value.model_copy(update=_fields_in(language, value, fields))
        case list():
            return [_said(language, each) for each in value]
        case _ if type(value) in SENTENCES and is_dataclass(value):
            fields = {name: getattr(value, name) for name in SENTENCES[type(value)]}
            return replace(cast("Any", value), **_fields_in(language, value, fields))
        case _:
            return value


def _fields_in(
    language: str, owner: object, fields: Mapping[str, Any]
) -> dict[str, Any]:
    sentences = set(SENTENCES.get(type(owner), ()))
    if isinstance(owner, SeenLine) and owner.what in OUR_WORDS:
        sentences.add("value")
    say = phrase_book().said
    return {
        name: say(each, language)
        if name in sentences and isinstance(each, str)
        else _said(language, each)
        for name, each in fields.items()
    }


def _turn_in(language: str, tool: str) -> Turn:
    """A conversation in which nothing was said yet."""
    return Turn(
        state=State(language=language),
        offered=frozenset(),
        writes=frozenset(),
        wording=wordings()[language],
        verdict=Verdict(ranked=(tool,), scores=(1.0,), known=1.0),
        rule="result",
    )
