"""Work that is done for one merchant by one process at a time.

Two at once could tell Klaviyo an older and a newer truth in the wrong order, and one
merchant's waiting calls would hold every worker.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from marketing_agent.services.ground import Ground, Work


class Batch(StrEnum):
    """How a batch of work ended."""

    DONE = "done"
    """There may be more."""
    NOTHING = "nothing"
    """Nothing was due."""
    STOPPED = "stopped"
    """Something is wrong or switched off; a later wake-up or the tick goes on."""


async def take_turns(
    ground: Ground,
    work: Work,
    merchant_id: int,
    *,
    batch: Callable[[], Awaitable[Batch]],
    is_due: Callable[[], Awaitable[bool]],
) -> None:
    """Run batches until nothing is due; return at once where another is at it.

    The one at work asks `is_due` after giving the turn back: whoever stored something
    in the meantime found the turn taken and went away.
    """
    while True:
        async with ground.database.my_turn(work, merchant_id) as mine:
            if not mine:
                return
            result = Batch.DONE
            while result is Batch.DONE:
                result = await batch()
        if result is Batch.STOPPED or not await is_due():
            return
