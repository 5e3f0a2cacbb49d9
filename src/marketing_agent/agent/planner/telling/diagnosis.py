"""A diagnosis: each finding with what was seen and the fix, worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from marketing_agent.agent.planner.telling import qr_codes
from marketing_agent.agent.planner.telling.told import Told, block_of
from marketing_agent.agent.planner.texts import capped
from marketing_agent.core.diagnosis.findings import FindingState
from marketing_agent.toolbox.diagnosis_tools import Diagnosis

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn
    from marketing_agent.toolbox.diagnosis_tools import (
        FindingLine,
        RemedyCall,
        SeenLine,
    )

SHOWN_BY: Final = "diagnose_linkage"
_MOST_FINDINGS: Final = 6
_MOST_SEEN: Final = 4
_OUTCOME: Final = "outcome"
OUR_WORDS: Final = frozenset({"email address", "phone number", "reason"})
"""Of these the value is the program's own; any other is somebody's data."""
_FULL_STOPS: Final = ".。"


def found(turn: Turn, came: Came) -> Told:
    """The findings that are not well in full, the others by name."""
    block = block_of(Diagnosis, came)
    wrong = [each for each in block.findings if each.state is not FindingState.OK]
    well = [each for each in block.findings if each.state is FindingState.OK]
    lines = [turn.say("diagnosis.list" if wrong else "diagnosis.nothing")]
    lines += [_finding(turn, each) for each in wrong[:_MOST_FINDINGS]]
    if more := len(wrong[_MOST_FINDINGS:]) + block.left_out:
        lines.append(turn.say("diagnosis.more", count=more))
    if well:
        names = dict.fromkeys(_name(turn, each) for each in well)
        lines.append(turn.say("diagnosis.well", names=turn.listed(names)))
    lines += _stored_urls(turn, came)
    quick = turn.quick("query_linkage_status", "check_setup")
    return Told(text="\n".join(lines), quick=quick)


def _stored_urls(turn: Turn, came: Came) -> list[str]:
    """The linking URL that was missed, if it is stored after all."""
    shown = turn.state.results.get("show_qr_links")
    slug = came.arguments.get("slug")
    if shown is None or slug is None:
        return []
    return [
        turn.say("qr.linking_url", url=card.linking_url)
        for card in qr_codes.cards_of(shown)
        if card.slug == slug and card.linking_url is not None
    ]


def tried(turn: Turn, came: Came) -> str:
    """The same in short, right after a write: what works and what is still open.

    Raises Pydantic's ValidationError.
    """
    findings = block_of(Diagnosis, came).findings
    well = dict.fromkeys(
        _name(turn, each) for each in findings if each.state is FindingState.OK
    )
    open_ = [each for each in findings if each.state is not FindingState.OK]
    if not open_:
        return turn.say("setup.try_well", names=turn.listed(well))
    lines = [turn.say("setup.try_open")]
    if well:
        lines.append(turn.say("setup.try_well_line", names=turn.listed(well)))
    lines += [
        turn.say(
            "setup.try_open_line", name=_name(turn, each), says=turn.own(each.says)
        )
        for each in open_[:_MOST_FINDINGS]
    ]
    return "\n".join(lines)


def remedy(came: Came) -> RemedyCall | None:
    """The call that mends the worst finding that has one."""
    try:
        findings = block_of(Diagnosis, came).findings
    except ValidationError:
        return None
    return next((each.remedy for each in findings if each.remedy is not None), None)


def _finding(turn: Turn, finding: FindingLine) -> str:
    seen = "; ".join(_seen(turn, each) for each in finding.evidence[:_MOST_SEEN])
    parts = [
        turn.say(
            f"diagnosis.line_{finding.state.value}",
            name=_name(turn, finding),
            says=turn.own(finding.says),
        ),
        turn.say("diagnosis.evidence", seen=seen) if seen else "",
        turn.say("diagnosis.fix", fix=turn.own(finding.fix)) if finding.fix else "",
    ]
    return "\n  ".join(filter(None, parts))


def _seen(turn: Turn, seen: SeenLine) -> str:
    value = capped(seen.value)
    if seen.what == _OUTCOME and turn.wording.has(key := f"outcomes.{seen.value}"):
        value = turn.say(key).rstrip(_FULL_STOPS)
    elif seen.what in OUR_WORDS:
        value = capped(turn.own(seen.value))
    return turn.say("diagnosis.seen", what=capped(turn.own(seen.what)), value=value)


def _name(turn: Turn, finding: FindingLine) -> str:
    key = f"diagnosis.check_{finding.check}"
    return turn.say(key) if turn.wording.has(key) else finding.check.replace("_", " ")
