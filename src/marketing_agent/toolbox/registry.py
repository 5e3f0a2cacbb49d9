"""The tools: typed arguments in, one service call, a typed result out.

A tool's effect stands in its binding and on its page, and start-up refuses a
difference. A write is carried out only with an approval that the service checks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from marketing_agent.core.errors import BadInput, NotFound, SetupMissing
from marketing_agent.services import changes
from marketing_agent.services.changes import Call, Json, Write
from marketing_agent.services.outlooks import outlook
from marketing_agent.toolbox.pages import Effect, ToolPage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from types import UnionType

    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground
    from marketing_agent.services.outlooks import Outlook

_MOST_PROBLEMS: Final = 10
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_]{1,40}")


class BadArguments(BadInput):
    """The arguments of {tool} do not fit: {problems}."""


class NothingToApprove(BadInput):
    """{tool} only reads, so it needs no approval."""


class PageMismatch(SetupMissing):
    """The tools and their pages differ: {problem}."""


class Arguments(BaseModel):
    """What a tool takes. Unknown fields are refused; the merchant is never one."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _without_nul(cls, value: object) -> object:
        """PostgreSQL keeps no text with one."""
        if isinstance(value, str) and "\0" in value:
            raise ValueError("remove the NUL character")
        return value


class Block(BaseModel):
    """The typed result that screens draw. No email or phone in plain text."""

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What happened, said twice: a sentence or two, and a typed block."""

    text: str
    block: Block
    change_id: int | None = None
    """Of a write: the change that was made, by which it can be undone."""


TakesT = TypeVar("TakesT", bound=Arguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTool(Generic[TakesT]):
    """A tool that only looks. `gives` is the block, or the union of blocks."""

    name: str
    takes: type[TakesT]
    gives: type[Block] | UnionType
    run: Callable[[Ground, Caller, TakesT], Awaitable[ToolResult]]
    effect: Effect = Effect.READ


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTool(Generic[TakesT]):
    """A tool that changes something: the write, and how its stored result is told."""

    name: str
    takes: type[TakesT]
    gives: type[Block] | UnionType
    write: Callable[[Ground, TakesT], Write]
    tell: Callable[[Ground, Caller, Json], Awaitable[ToolResult]]
    effect: Effect = Effect.WRITE


Tool: TypeAlias = ReadTool[Any] | WriteTool[Any]


class Toolbox:
    """The tools by name, each with its page. Raises PageMismatch when they differ."""

    def __init__(self, tools: tuple[Tool, ...], pages: Mapping[str, ToolPage]) -> None:
        self.tools: Mapping[str, Tool] = {tool.name: tool for tool in tools}
        self.pages = pages
        _refuse_differences(self.tools, pages)

    def offered_to(self, caller: Caller) -> list[Tool]:
        """The tools that this caller may use."""
        return [
            tool
            for tool in self.tools.values()
            if tool.effect is Effect.READ or caller.may_write
        ]

    def checked(
        self, ground: Ground, name: str, arguments: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The canonical arguments of a write that a person may be asked about.

        Raises NotFound, BadArguments, NothingToApprove, and what the tool says to
        arguments that it could never carry out.
        """
        tool = self._write_tool(name)
        taken = _taken(tool, arguments)
        tool.write(ground, taken)
        return _canonical(tool, taken).arguments

    async def outlook(
        self, ground: Ground, caller: Caller, name: str, arguments: Mapping[str, Any]
    ) -> Outlook:
        """What a write would do as things are now, without doing it.

        Raises what `checked` raises, and what the write raises.
        """
        tool = self._write_tool(name)
        taken = _taken(tool, arguments)
        call, write = _canonical(tool, taken), tool.write(ground, taken)
        return await outlook(ground, caller.merchant_id, call, write)

    async def approve(
        self, ground: Ground, caller: Caller, name: str, arguments: Mapping[str, Any]
    ) -> str:
        """A person's yes to this call; gives the approval's id.

        Raises OnlyPeopleApprove, and what `checked` raises.
        """
        call = Call(tool=name, arguments=self.checked(ground, name, arguments))
        return await changes.approve(ground, caller, call)

    async def call(
        self,
        ground: Ground,
        caller: Caller,
        name: str,
        arguments: Mapping[str, Any],
        *,
        approval_id: str | None = None,
    ) -> ToolResult:
        """Run a tool for this caller's merchant.

        Raises NotFound, BadArguments, ApprovalNeeded and its kin, and what the service
        raises.
        """
        tool = self._tool(name)
        taken = _taken(tool, arguments)
        match tool:
            case ReadTool():
                return await tool.run(ground, caller, taken)
            case WriteTool():
                write = tool.write(ground, taken)
                call = _canonical(tool, taken)
                made = await changes.carry_out(ground, caller, call, approval_id, write)
                told = await tool.tell(ground, caller, made.result)
                return replace(told, change_id=made.change_id)

    def _write_tool(self, name: str) -> WriteTool[Any]:
        tool = self._tool(name)
        if not isinstance(tool, WriteTool):
            raise NothingToApprove(tool=name)
        return tool

    def _tool(self, name: str) -> Tool:
        tool = self.tools.get(name)
        if tool is None:
            shown = name if _PLAIN_NAME.fullmatch(name) else "?"
            raise NotFound(noun="tool", name=shown)
        return tool


def _taken(tool: Tool, arguments: Mapping[str, Any]) -> Arguments:
    try:
        taken: Arguments = tool.takes.model_validate(arguments)
    except ValidationError as error:
        problems = problems_of(error.errors())
        raise BadArguments(tool=tool.name, problems=problems) from None
    return taken


def problems_of(errors: Sequence[Mapping[str, Any]]) -> str:
    """Which fields, and what about them, of Pydantic's errors.

    Nothing that was sent is repeated, except a name that looks like a field's.
    """
    told = [f"{_place(each['loc'])}: {each['msg']}" for each in errors[:_MOST_PROBLEMS]]
    return "; ".join(told)


def _place(loc: Sequence[str | int]) -> str:
    parts = [str(part) for part in loc]
    names = [part if _PLAIN_NAME.fullmatch(part) else "?" for part in parts]
    return ".".join(names) or "arguments"


def _canonical(tool: Tool, taken: Arguments) -> Call:
    return Call(tool=tool.name, arguments=taken.model_dump(mode="json"))


def _refuse_differences(
    tools: Mapping[str, Tool], pages: Mapping[str, ToolPage]
) -> None:
    for name in tools.keys() ^ pages.keys():
        problem = "is missing" if name in tools else "has no binding"
        raise PageMismatch(problem=f"{name}.md {problem}")
    for name, tool in tools.items():
        if tool.effect is not pages[name].effect:
            problem = f"{name}.md does not say {tool.effect}, as its binding does"
            raise PageMismatch(problem=problem)
