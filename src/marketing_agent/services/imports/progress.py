"""What a merchant sees of the import: the setting, the run, and the history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.import_counts import Tally, tally_of
from marketing_agent.services.imports.position import position_of
from marketing_agent.storage import import_runs, imports
from marketing_agent.storage.import_runs import IMPORT_KINDS, ImportState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.import_runs import StoredRun
    from marketing_agent.storage.imports import ImportSetting

HISTORY: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A run as a person follows it."""

    run: StoredRun
    tally: Tally
    waits_until: datetime | None
    """It was put off until then: by a limit, its pace, or the error that it tells."""
    looks_foreign: bool

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.run.state is ImportState.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOverview:
    """The setting, if there is one, and its runs, newest first."""

    setting: ImportSetting | None
    runs: Sequence[Progress]


async def overview(
    ground: Ground, merchant_id: int, *, limit: int = HISTORY
) -> ImportOverview:
    """Everything about the merchant's import as it stands."""
    async with ground.database.transaction() as tx:
        setting = await imports.find(tx, merchant_id)
        runs = await import_runs.newest(tx, merchant_id, IMPORT_KINDS, limit=limit)
    return ImportOverview(setting=setting, runs=[_progress(run) for run in runs])


async def history(
    ground: Ground, merchant_id: int, *, before: int | None, limit: int
) -> tuple[list[Progress], int | None]:
    """Some runs, newest first, and what to give as `before` for those that follow."""
    async with ground.database.transaction() as tx:
        runs = await import_runs.newest(
            tx, merchant_id, IMPORT_KINDS, limit=limit + 1, before=before
        )
    more = len(runs) > limit
    return [_progress(run) for run in runs[:limit]], runs[
        limit - 1
    ].id if more else None


def _progress(run: StoredRun) -> Progress:
    tally = tally_of(run.counts)
    running = run.state is ImportState.RUNNING
    return Progress(
        run=run,
        tally=tally,
        waits_until=position_of(run.cursor).not_before if running else None,
        looks_foreign=tally.looks_foreign(),
    )
