"""The whole picture: coverage, how every attempt ended, and what could be done."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.core.facts import Method
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.core.reasons import next_step, reason
from marketing_agent.services import reviews
from marketing_agent.services.status.expiry import EXPIRED_ROW
from marketing_agent.services.status.funnel import FunnelLine, funnel_of
from marketing_agent.services.status.hints import Hint, hints
from marketing_agent.storage import coverage, funnel, outbox, outcomes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.coverage import Coverage
    from marketing_agent.storage.outcomes import OutcomeCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Attempts of one method that ended alike, with the words for the merchant."""

    method: Method
    code: OutcomeCode
    reason: str
    next_step: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageStatus:
    """The whole picture. The counts of `attempts` sum up to all attempts."""

    coverage: Coverage
    attempts: tuple[Attempts, ...]
    """Of most to of fewest."""
    funnel: tuple[FunnelLine, ...]
    hints: tuple[Hint, ...]
    """Methods to set up; empty while most friends are linked."""
    reviews: int
    """What waits for the merchant to decide."""
    waiting_for_klaviyo: int
    """Changes not yet written to Klaviyo."""


async def linkage_status(ground: Ground, merchant_id: int) -> LinkageStatus:
    """Counts for the whole merchant."""
    now = ground.clock()
    async with ground.database.transaction() as tx:
        covered = await coverage.now(tx, merchant_id)
        steps = await funnel.steps(tx, merchant_id)
        opened = await funnel.openings(tx, merchant_id)
        return LinkageStatus(
            coverage=covered,
            attempts=_attempts(await outcomes.counts(tx, merchant_id, now)),
            funnel=funnel_of(steps, opened),
            hints=await hints(tx, merchant_id, covered),
            reviews=await reviews.count(tx, merchant_id, now),
            waiting_for_klaviyo=await outbox.pending(tx, merchant_id),
        )


def _attempts(counted: Sequence[OutcomeCount]) -> tuple[Attempts, ...]:
    totals: dict[tuple[Method, OutcomeCode, str, str], int] = defaultdict(int)
    for each in counted:
        totals[_words(each)] += each.claims
    attempts = [
        Attempts(method=method, code=code, reason=why, next_step=step, count=count)
        for (method, code, why, step), count in totals.items()
    ]
    attempts.sort(key=lambda each: (-each.count, each.method, each.code))
    return tuple(attempts)


def _words(counted: OutcomeCount) -> tuple[Method, OutcomeCode, str, str]:
    if counted.past_expiry and counted.code.is_open:
        why, step = reason(EXPIRED_ROW), next_step(EXPIRED_ROW)
        return counted.method, OutcomeCode.EXPIRED, why, step
    row, detail = counted.row, counted.detail
    why, step = reason(row, detail), next_step(row, detail)
    return counted.method, counted.code, why, step
