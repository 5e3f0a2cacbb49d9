"""How far the story is, read from the program and the sandbox; nothing is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.services import qr_links
from marketing_agent.storage import threads
from marketing_agent.wiring.stage_page.people import standings

if TYPE_CHECKING:
    from marketing_agent.wiring.foreign_text import Json
    from marketing_agent.wiring.stage_page.page import StagePage

STEPS: Final = ("asked", "approved", "opened", "scanned", "linked")
"""In the order of the story."""


async def progress(page: StagePage) -> Json:
    """Which steps have happened, and how everybody stands, as JSON."""
    ground, merchant_id = page.program.ground, page.owner.merchant_id
    async with ground.database.transaction() as tx:
        begun = await threads.of_owner(tx, merchant_id, page.owner.subject, limit=1)
    codes = [each.qr_link for each in await qr_links.show(ground, merchant_id)]
    people = await standings(page)
    happened = (
        bool(begun),
        bool(codes),
        bool(page.opened),
        any(each.opened for each in codes),
        any(each.is_linked for each in people),
    )
    return {
        "steps": dict(zip(STEPS, happened, strict=True)),
        "people": {
            each.person.key: {
                "mails": len(each.mails),
                "unread": each.unread,
                "friend": each.is_friend,
                "linked": each.is_linked,
            }
            for each in people
        },
    }
