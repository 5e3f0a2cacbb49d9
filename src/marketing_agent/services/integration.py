"""The switch for the whole Klaviyo integration of a merchant.

Paused, nothing is looked up, linked or written. LINE's webhooks are still stored, and
all work waits where it is until the merchant goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.services.changes import Call, Written
from marketing_agent.services.ground import Work
from marketing_agent.storage import merchants

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.changes import Write


def switch(*, on: bool) -> Write:
    """The write that pauses the integration, or goes on with all that waited."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        was = (await merchants.get(tx, merchant_id)).integration_on
        await merchants.switch_integration(tx, merchant_id, on=on)
        return Written(
            result={"on": on, "was_on": was},
            inverse=Call(tool="set_integration", arguments={"on": was}),
            target="integration",
            wakes=tuple(Work) if on else (),
        )

    return write
