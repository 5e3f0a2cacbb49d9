"""A run in the hands of one worker, and the door to everything that it writes."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from marketing_agent.core.errors import Conflict
from marketing_agent.core.import_counts import Tally, tally_of
from marketing_agent.core.imports import Extent
from marketing_agent.services.ground import Work
from marketing_agent.services.imports.position import Phase, Position, position_of
from marketing_agent.storage import import_runs, leases

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.platforms.klaviyo.segments import KlaviyoSegments
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.import_runs import StoredRun


class LeaseLost(Conflict):
    """Another worker has taken this import over."""


class RunOver(Conflict):
    """This run has ended: the import was changed or removed meanwhile."""


@dataclass(slots=True, kw_only=True)
class Hand:
    """What a phase works with; `run` is the run as it was last stored."""

    ground: Ground
    merchant_id: int
    fence: int
    run: StoredRun
    klaviyo: KlaviyoSegments | None = None
    """None for runs that ask Klaviyo nothing."""

    @property
    def position(self) -> Position:
        """Where the run stands."""
        return position_of(self.run.cursor)

    @property
    def phase(self) -> Phase:
        """What it does."""
        return Phase(self.run.phase)

    @property
    def extent(self) -> Extent:
        """How much it reads."""
        return Extent(self.run.extent or Extent.CHANGES)

    @property
    def segment_id(self) -> str:
        """The source segment."""
        assert self.run.segment_id is not None
        return self.run.segment_id

    @property
    def property(self) -> str:
        """The LINE User ID property."""
        assert self.run.property is not None
        return self.run.property

    @asynccontextmanager
    async def writing(self, *, facts: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction that only the one who holds the lease gets.

        With `facts` it has the merchant to itself. Raises LeaseLost and RunOver.
        """
        database = self.ground.database
        opened = (
            database.merchant_transaction(self.merchant_id)
            if facts
            else database.transaction()
        )
        async with opened as tx:
            if not await leases.is_held(
                tx, self.merchant_id, Work.RUN_IMPORT, self.fence
            ):
                raise LeaseLost
            if not await import_runs.is_running(tx, self.merchant_id, self.run.id):
                raise RunOver
            yield tx

    async def keep(
        self,
        tx: AsyncConnection,
        position: Position,
        *,
        phase: Phase | None = None,
        tally: Tally | None = None,
        requests: int = 0,
        expected: int | None = None,
        error: str | None = None,
    ) -> None:
        """Store where the run stands now; `tally` and `requests` are added."""
        counts = tally_of(self.run.counts) + (tally or Tally())
        self.run = replace(
            self.run,
            phase=(phase or self.phase).value,
            cursor=position.as_json(),
            counts=counts.as_json(),
            requests=self.run.requests + requests,
            expected=self.run.expected if expected is None else expected,
            error=error,
        )
        now = self.ground.clock()
        await import_runs.checkpoint(tx, self.merchant_id, self.run, now)
