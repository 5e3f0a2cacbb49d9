"""Random histories through a real database."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from marketing_agent.core.links import ChangeKind
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.storage.database import Database
from tests.services.telling import play

if TYPE_CHECKING:
    from marketing_agent.core.resolve import Resolution

CASES: Final = 40
"""Two merchants each. `python -m benchmarks.histories --database N` plays more."""
AT_ONCE: Final = 10


async def test_random_histories_stand_in_the_tables_as_they_resolve(
    database_url: str,
) -> None:
    """However batched, repeated, undone and told at once: tables = `resolve`."""
    db = Database(database_url)
    results: list[Resolution] = []
    for first in range(0, CASES, AT_ONCE):
        results += await play(db, range(first, first + AT_ONCE))
    await db.dispose()

    assert len(results) == 2 * CASES
    _check_that_much_happened(results)


def _check_that_much_happened(results: list[Resolution]) -> None:
    """Histories in which nothing links would prove nothing."""
    changes = Counter(change.kind for each in results for change in each.changes)
    assert changes.keys() >= set(ChangeKind) - {ChangeKind.RESUMED}  # one in hundreds
    assert changes[ChangeKind.LINKED] > CASES
    codes = {o.code for each in results for o in each.outcomes.values()}
    assert codes >= set(OutcomeCode) - {OutcomeCode.ERASED}
