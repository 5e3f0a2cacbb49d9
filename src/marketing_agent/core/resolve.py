"""From facts to links: one sweep in the order in which the facts were stored.

A claim completes when the last thing it needs is stored: the claim, the first lookup
that names a candidate, the confirmation where one is required, friendship. A completed
claim links if both ends are free and is otherwise held for good. No claim, however
strong, moves or ends a live link: only a merchant's decision, the customer's own
unlink, an erasure or a merge in Klaviyo does. Pure, and without a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.core.facts import in_order
from marketing_agent.core.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from marketing_agent.core.facts import Fact, FactKey
    from marketing_agent.core.links import Link, LinkChange
    from marketing_agent.core.outcomes import Outcome, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Everything that follows from a set of facts."""

    links: tuple[Link, ...]
    outcomes: Mapping[FactKey, Outcome]
    """One per claim."""
    changes: tuple[LinkChange, ...]
    """The whole history of the links, oldest first; more facts only append."""
    decisions: Mapping[FactKey, Refusal | None]
    """What became of each pin, unlink and merge; None: it was carried out."""


def resolve(facts: Iterable[Fact]) -> Resolution:
    """The links, outcomes and history that the facts of one merchant amount to.

    The result depends on the set of facts alone: not on their order in `facts`, on
    repeats, or on which other components are resolved beside them.
    """
    sweep = Sweep()
    for fact in in_order(facts):
        sweep.take(fact)
    return Resolution(
        links=tuple(sweep.book.links()),
        outcomes=sweep.outcomes(),
        changes=tuple(sweep.book.changes),
        decisions=sweep.decisions,
    )
