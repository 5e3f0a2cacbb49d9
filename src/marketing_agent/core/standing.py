"""Where a claim stands after a sweep: waiting, ended, held, or behind a link."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from marketing_agent.core.attempts import Attempt, position
from marketing_agent.core.links import ChangeKind, LinkChange
from marketing_agent.core.outcomes import Outcome, OutcomeCode

if TYPE_CHECKING:
    from marketing_agent.core.knowledge import Knowledge
    from marketing_agent.core.link_book import LinkBook


def outcome_of(attempt: Attempt, known: Knowledge, book: LinkBook) -> Outcome:
    """The one outcome of a stored claim, by everything that is known now."""
    if attempt.link is not None:
        return _of_link(attempt, book.last_change[attempt.link], known)
    outcome = attempt.decided
    if outcome is None:
        return attempt.undecided(confirmed=known.is_confirmed(attempt))
    if outcome.code is OutcomeCode.CONFLICT:
        return _linked_since(attempt, outcome, known, book) or _kept_or_held(
            attempt, outcome, known
        )
    if outcome.code is OutcomeCode.PROFILE_GONE and outcome.profile in known.merged:
        return replace(outcome, row=23)
    return outcome


def _linked_since(
    attempt: Attempt, held: Outcome, known: Knowledge, book: LinkBook
) -> Outcome | None:
    """A held pair that the merchant has linked waits for nothing more."""
    link = book.of_line_user.get(held.line_user)
    if link is None or link.profile != held.profile:
        return None
    change = book.last_change[link.made_by]
    if link.suspended:
        return _of_link(attempt, change, known)
    return attempt.outcome(OutcomeCode.ALREADY_LINKED, 27, change.stored)


def _kept_or_held(attempt: Attempt, held: Outcome, known: Knowledge) -> Outcome:
    assert attempt.claim is not None
    assert held.profile is not None
    kept = known.kept.get((held.line_user, held.profile))
    if kept is None or kept < position(attempt.claim):
        return held
    return attempt.outcome(OutcomeCode.KEPT, 48, kept[0], detail="kept")


def _of_link(attempt: Attempt, change: LinkChange, known: Knowledge) -> Outcome:
    """What has become of the link since this claim made or met it."""
    since = change.stored
    match change.kind:
        case ChangeKind.LINKED | ChangeKind.RESUMED | ChangeKind.FOLLOWED:
            outcome = _alive(attempt, change)
        case ChangeKind.SUSPENDED:
            row = 43 if change.link.profile in known.contested else 24
            outcome = attempt.outcome(OutcomeCode.SUSPENDED, row, since)
        case ChangeKind.UNLINKED:
            by = known.unlinks[change.cause].by.value
            outcome = attempt.outcome(OutcomeCode.UNLINKED, 48, since, detail=by)
        case ChangeKind.REPLACED:
            outcome = attempt.outcome(
                OutcomeCode.REPLACED, 48, since, detail="replaced"
            )
        case ChangeKind.ERASED:
            outcome = attempt.outcome(OutcomeCode.ERASED, 44, since)
        case _:
            assert_never(change.kind)
    return replace(outcome, profile=change.link.profile)


def _alive(attempt: Attempt, change: LinkChange) -> Outcome:
    """Row 42 once the link has followed a merge away from the claim's candidate."""
    assert attempt.decided is not None
    if change.link.profile == attempt.decided.profile:
        return attempt.decided
    return attempt.outcome(OutcomeCode.LINKED, 42, change.stored)
