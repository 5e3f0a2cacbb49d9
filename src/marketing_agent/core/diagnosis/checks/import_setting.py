"""Whether the import of stored LINE User IDs does its work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import Answer
from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    Remedy,
    Seen,
    counted,
    named,
)
from marketing_agent.core.diagnosis.questions import not_read
from marketing_agent.core.stored_ids import Verdict

if TYPE_CHECKING:
    from marketing_agent.core.diagnosis.evidence import Evidence, ImportSeen
    from marketing_agent.core.import_counts import Tally

_NAME: Final = "import"


def check(evidence: Evidence) -> list[Finding]:
    """Nothing to say without an import."""
    return [] if evidence.imported is None else [_of(evidence.imported)]


def _of(seen: ImportSeen) -> Finding:
    shown = (
        named("source segment", seen.segment_name),
        named("LINE User ID property", seen.property_name),
    )
    if seen.segment.answer is Answer.NOT_THERE:
        return Finding(
            check=_NAME,
            state=FindingState.PROBLEM,
            says="Klaviyo no longer has the source segment.",
            evidence=shown,
            fix="Choose another segment, or stop the import.",
            remedy=Remedy(tool="stop_import"),
        )
    if seen.error is not None:
        says = f"The import does not get on: {seen.error}"
        return _finding(FindingState.PROBLEM, says, "Read the run history.", shown)
    if seen.segment.answer is not Answer.YES:
        return not_read(_NAME, seen.segment, shown, scope="segments:read")
    if seen.counts is None:
        says = "The first run of the import has not ended yet."
        return _finding(FindingState.OK, says, "", shown)
    return _of_counts(seen.counts, shown)


def _of_counts(counts: Tally, shown: tuple[Seen, ...]) -> Finding:
    shown += (
        counted("profiles read", counts.profiles),
        counted("with a LINE User ID", counts.valid),
        counted("of friends", counts.verdicts.get(Verdict.FRIEND, 0)),
    )
    if not counts.profiles:
        says = "Nobody is in the source segment."
        fix = "Check the conditions of the segment in Klaviyo."
        return _finding(FindingState.PROBLEM, says, fix, shown)
    if not counts.valid:
        says = "No profile of the segment holds a LINE User ID in this property."
        fix = "Check the name of the LINE User ID property."
        return _finding(FindingState.PROBLEM, says, fix, shown)
    if counts.looks_foreign():
        says = (
            "More than half of the LINE User IDs are of nobody who is known as a "
            "friend: they may come from another LINE provider."
        )
        fix = "Check that the other tool used a channel of the same provider."
        return _finding(FindingState.DOUBT, says, fix, shown)
    return _finding(FindingState.OK, "The import works.", "", shown)


def _finding(
    state: FindingState, says: str, fix: str, shown: tuple[Seen, ...]
) -> Finding:
    return Finding(check=_NAME, state=state, says=says, fix=fix, evidence=shown)
