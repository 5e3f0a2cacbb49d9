"""The tool that looks into a symptom: live findings, and the call that mends each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from marketing_agent.core.diagnosis.findings import Finding, FindingState
from marketing_agent.core.diagnosis.symptoms import Symptom
from marketing_agent.core.facts import FormId
from marketing_agent.core.masked_text import masked_text
from marketing_agent.core.signals import ProfileId
from marketing_agent.services.diagnosis.diagnose import Complaint, look_into
from marketing_agent.toolbox.linkage_tools import as_line_user
from marketing_agent.toolbox.registry import Arguments, Block, ReadTool, ToolResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground

_MOST_FINDINGS: Final = 20
_MOST_IN_TEXT: Final = 8
_LONGEST_SENTENCE: Final = 400
_LONGEST_VALUE: Final = 300


class DiagnoseLinkage(Arguments):
    """A symptom, and as far as it is known what about."""

    symptom: Symptom = Field(
        description="no_link_button: none after the form. setup: the connection."
    )
    slug: str | None = Field(
        default=None, pattern=r"^[0-9A-Za-z]{1,40}$", description="Of a QR code."
    )
    form_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,40}$")
    line_user_id: str | None = Field(default=None, max_length=40)
    profile_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,64}$")

    def complaint(self) -> Complaint:
        """What is to be looked into. Raises NotALineUserId."""
        who = self.line_user_id
        return Complaint(
            symptom=self.symptom,
            slug=self.slug,
            form_id=None if self.form_id is None else FormId(self.form_id),
            line_user=None if who is None else as_line_user(who),
            profile=None if self.profile_id is None else ProfileId(self.profile_id),
        )


class SeenLine(Block):
    """One thing that was seen."""

    what: str
    value: str


class RemedyCall(Block):
    """A call of a tool that mends it, with the arguments that are known."""

    tool: str
    arguments: dict[str, Any]


class FindingLine(Block):
    """One finding."""

    check: str
    state: FindingState
    says: str
    evidence: list[SeenLine]
    fix: str
    remedy: RemedyCall | None


class Diagnosis(Block):
    """The findings, worst first."""

    symptom: Symptom
    findings: list[FindingLine]
    left_out: int
    """More findings than are listed, none of them worse."""


async def _diagnose(
    ground: Ground, caller: Caller, taken: DiagnoseLinkage
) -> ToolResult:
    found = await look_into(ground, caller.merchant_id, taken.complaint())
    lines = [_line(each) for each in found[:_MOST_FINDINGS]]
    block = Diagnosis(
        symptom=taken.symptom,
        findings=lines,
        left_out=len(found) - len(lines),
    )
    return ToolResult(text=_told(lines), block=block)


def _line(found: Finding) -> FindingLine:
    remedy = found.remedy
    return FindingLine(
        check=found.check,
        state=found.state,
        says=masked_text(found.says)[:_LONGEST_SENTENCE],
        evidence=[
            SeenLine(what=each.what, value=each.value[:_LONGEST_VALUE])
            for each in found.evidence
        ],
        fix=found.fix,
        remedy=None
        if remedy is None
        else RemedyCall(tool=remedy.tool, arguments=dict(remedy.arguments)),
    )


def _told(lines: Sequence[FindingLine]) -> str:
    """What is not well, line by line; of what is well only the names."""
    wrong = [each for each in lines if each.state is not FindingState.OK]
    well = [each.check for each in lines if each.state is FindingState.OK]
    told = [_said(each) for each in wrong[:_MOST_IN_TEXT]]
    if len(wrong) > _MOST_IN_TEXT:
        told.append(f"And {len(wrong) - _MOST_IN_TEXT} more.")
    if not wrong:
        told.append("Nothing was found to be wrong.")
    if well:
        told.append(f"Fine: {', '.join(dict.fromkeys(well))}.")
    return "\n".join(told)


def _said(line: FindingLine) -> str:
    seen = "; ".join(f"{each.what}: {each.value}" for each in line.evidence)
    shown = f" ({seen})" if seen else ""
    fix = f" To do: {line.fix}" if line.fix else ""
    by = f" Tool: {line.remedy.tool}." if line.remedy else ""
    return f"- {line.state.value}, {line.check}: {line.says}{shown}{fix}{by}"


TOOLS = (
    ReadTool(
        name="diagnose_linkage", takes=DiagnoseLinkage, gives=Diagnosis, run=_diagnose
    ),
)
