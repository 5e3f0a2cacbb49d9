"""What most attempts that did not link ended in, of all methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    Seen,
    counted,
)
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.core.reasons import next_step, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.core.diagnosis.evidence import AttemptsSeen, Evidence

_NAME: Final = "attempt_reasons"
_MOST: Final = 3
_DECIDED: Final = frozenset(
    {
        OutcomeCode.KEPT,
        OutcomeCode.DECLINED,
        OutcomeCode.DECIDED_OTHERWISE,
        OutcomeCode.UNLINKED,
        OutcomeCode.REPLACED,
        OutcomeCode.ERASED,
    }
)
"""Somebody wanted these: there is nothing to mend."""


def check(evidence: Evidence) -> list[Finding]:
    """The three most frequent reasons; one that holds up more than half is a problem.

    Nothing is said where one friend or one profile is asked about.
    """
    if evidence.friend is not None or evidence.profile is not None:
        return []
    total = sum(each.count for each in evidence.attempts)
    unlinked = [each for each in evidence.attempts if _is_unwanted(each)]
    unlinked.sort(key=lambda each: -each.count)
    return [_of(each, total) for each in unlinked[:_MOST]] or _well(evidence.attempts)


def _is_unwanted(seen: AttemptsSeen) -> bool:
    return not seen.code.is_linked and seen.code not in _DECIDED


def _of(seen: AttemptsSeen, total: int) -> Finding:
    mostly = seen.count * 2 > total
    return Finding(
        check=_NAME,
        state=FindingState.PROBLEM if mostly else FindingState.DOUBT,
        says=reason(seen.row, seen.detail),
        evidence=(
            Seen(what="outcome", value=seen.code.value),
            counted("attempts that ended so", seen.count),
            counted("attempts in all", total),
        ),
        fix=next_step(seen.row, seen.detail) or "Nothing to do.",
    )


def _well(attempts: Sequence[AttemptsSeen]) -> list[Finding]:
    if not attempts:
        says = "Nobody has tried to become linked yet."
        return [Finding(check=_NAME, state=FindingState.UNKNOWN, says=says)]
    says = "Every attempt has linked, or somebody decided otherwise."
    return [Finding(check=_NAME, state=FindingState.OK, says=says)]
