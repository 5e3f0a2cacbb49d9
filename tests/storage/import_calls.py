"""A call of every repository function of the import, as in `repository_calls`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from marketing_agent.core.imports import Watermarks
from marketing_agent.storage import (
    facts,
    friends,
    import_runs,
    imports,
    leases,
    outcomes,
    sightings,
)
from marketing_agent.storage.import_runs import ImportState, RunKind
from marketing_agent.storage.sightings import Claimed
from tests.storage.import_world import (
    CARRIED,
    PENDING,
    SOURCE,
    WITH_CLAIM,
    WORK,
    new_run,
    read,
)
from tests.storage.world import CLAIM, HANA, LATER, NOW

Ask: TypeAlias = Callable[[AsyncConnection, int, Any], Awaitable[object]]

_LATER_RUN: Final = 2**40

IMPORT_READS: Final[dict[str, Ask]] = {
    "facts.several": lambda tx, m, _: facts.several(tx, m, [CLAIM]),
    "friends.following_among": lambda tx, m, _: friends.following_among(tx, m, [HANA]),
    "import_runs.find": lambda tx, m, known: import_runs.find(tx, m, known.import_run),
    "import_runs.is_running": lambda tx, m, known: import_runs.is_running(
        tx, m, known.import_run
    ),
    "import_runs.newest": lambda tx, m, _: import_runs.newest(
        tx, m, list(RunKind), limit=9
    ),
    "import_runs.running": lambda tx, m, _: import_runs.running(tx, m, RunKind.IMPORT),
    "imports.find": lambda tx, m, _: imports.find(tx, m),
    "leases.is_held": lambda tx, m, _: leases.is_held(tx, m, WORK, 1),
    "outcomes.standing": lambda tx, m, _: outcomes.standing(tx, m, [CLAIM]),
    "sightings.carriers": lambda tx, m, _: sightings.carriers(tx, m, [CARRIED], most=9),
    "sightings.departed": lambda tx, m, _: sightings.departed(
        tx, m, _LATER_RUN, limit=9
    ),
    "sightings.known": lambda tx, m, _: sightings.known(tx, m, [PENDING]),
    "sightings.of_line_users": lambda tx, m, _: sightings.of_line_users(
        tx, m, [CARRIED]
    ),
    "sightings.pending": lambda tx, m, known: sightings.pending(
        tx, m, known.import_run, limit=9
    ),
    "sightings.some": lambda tx, m, _: sightings.some(tx, m, limit=9),
    "sightings.strangers": lambda tx, m, _: sightings.strangers(
        tx, m, after="", limit=9
    ),
}


async def _checkpoint(tx: AsyncConnection, merchant_id: int, known: Any) -> None:
    """Any run may be shown; whose it is decides."""
    for kind in RunKind:
        run = await import_runs.running(tx, merchant_id, kind)
        if run is not None:
            await import_runs.checkpoint(tx, merchant_id, run, LATER)
            theirs = replace(run, id=known.import_run, requests=7)
            await import_runs.checkpoint(tx, merchant_id, theirs, LATER)


IMPORT_WRITES: Final[dict[str, Ask]] = {
    "import_runs.checkpoint": _checkpoint,
    "import_runs.end": lambda tx, m, known: import_runs.end(
        tx, m, known.import_run, ImportState.FAILED, LATER, error="no"
    ),
    "import_runs.forget": lambda tx, m, _: import_runs.forget(
        tx, m, ended_before=LATER
    ),
    "import_runs.start": lambda tx, m, _: import_runs.start(
        tx, m, new_run(RunKind.RECONCILE), LATER
    ),
    "imports.remove": lambda tx, m, _: imports.remove(tx, m),
    "imports.save": lambda tx, m, _: imports.save(
        tx, m, replace(SOURCE, property="other"), LATER, full_run_at=LATER
    ),
    "imports.schedule": lambda tx, m, _: imports.schedule(
        tx,
        m,
        next_run_at=LATER,
        full_run_at=LATER,
        watermarks=Watermarks(joined=NOW, updated=NOW + timedelta(seconds=1)),
    ),
    "leases.take": lambda tx, m, _: leases.take(tx, m, WORK, "process 2", LATER),
    "sightings.claimed": lambda tx, m, _: sightings.claimed(
        tx, m, [Claimed(profile=PENDING, claim=None, claimed=CARRIED)]
    ),
    "sightings.forget": lambda tx, m, _: sightings.forget(tx, m, [PENDING]),
    "sightings.put": lambda tx, m, known: sightings.put(
        tx, m, known.import_run, [read(PENDING)], LATER
    ),
    "sightings.reopen": lambda tx, m, known: sightings.reopen(
        tx, m, known.import_run, [WITH_CLAIM]
    ),
}
