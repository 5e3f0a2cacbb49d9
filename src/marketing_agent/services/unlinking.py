"""The merchant ends a link: the link goes, and the LINE User ID on the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.errors import Conflict
from marketing_agent.core.facts import Decider, FactKey, Unlink
from marketing_agent.services import linking
from marketing_agent.services.changes import Call, Written
from marketing_agent.services.ground import Work
from marketing_agent.storage import links

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import LineUserId, ProfileId
    from marketing_agent.services.changes import Write
    from marketing_agent.services.ground import Ground


class NotLinked(Conflict):
    """This friend is not linked to a Klaviyo profile, so there is nothing to unlink."""


def unlink(
    ground: Ground, line_user: LineUserId, profile: ProfileId | None = None
) -> Write:
    """The write that unlinks a friend. It raises NotLinked.

    With `profile`, only from that one.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        link = await links.of_line_user(tx, merchant_id, line_user)
        if link is None or profile not in {None, link.profile}:
            raise NotLinked
        now = ground.clock()
        fact = Unlink(
            key=FactKey(f"unlink:{link.made_by}:{now.isoformat()}"),
            at=now,
            stored=now,
            line_user=line_user,
            profile=link.profile,
            by=Decider.MERCHANT,
        )
        await linking.settle(tx, merchant_id, [fact], now)
        ends = {"line_user_id": line_user, "profile_id": link.profile}
        undo = Call(tool="link_friend", arguments=ends)
        return Written(
            result=ends,
            inverse=undo,
            target=f"friend:{line_user}",
            wakes=(Work.DRAIN_OUTBOX,),
        )

    return write
