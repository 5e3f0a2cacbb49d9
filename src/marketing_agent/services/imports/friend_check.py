"""Who of the unknown is a friend, for accounts whose friends LINE does not list.

Only LINE User IDs from the merchant's own property are asked for, slowly, each once a
check; when more than half of the first hundred are nobody's here, it asks no further:
they are another provider's, and LINE forbids asking for IDs that do not exist.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import Conflict
from marketing_agent.core.facts import FactKey, FriendChange
from marketing_agent.services import connections, linking
from marketing_agent.services.ground import Work
from marketing_agent.services.imports import ending
from marketing_agent.services.imports.begin import new_friend_check
from marketing_agent.storage import friends, import_runs, sightings
from marketing_agent.storage.import_runs import RunKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from marketing_agent.core.signals import LineUserId
    from marketing_agent.services.ground import Ground
    from marketing_agent.services.imports.hand import Hand
    from marketing_agent.services.imports.position import Position

FIRST_HUNDRED: Final = 100
_AT_ONCE: Final = 50
_PAUSE: Final = timedelta(seconds=10)
"""Five a second: LINE allows 2,000, and nobody waits for this."""


class AnotherProvider(Conflict):
    """More than half of the first {checked} LINE User IDs are nobody's here.

    They look like those of another LINE provider. Nobody else was asked about.
    """


async def begin(ground: Ground, merchant_id: int) -> bool:
    """Begin a check unless one is running; whether it was begun."""
    now = ground.clock()
    async with ground.database.merchant_transaction(merchant_id) as tx:
        if await import_runs.running(tx, merchant_id, RunKind.FRIEND_CHECK):
            return False
        await import_runs.start(tx, merchant_id, new_friend_check(), now)
    await ground.wake(Work.RUN_IMPORT, merchant_id)
    return True


async def check_some(hand: Hand) -> bool:
    """Ask LINE about a few; whether there is more to ask."""
    ground, position = hand.ground, hand.position
    async with ground.database.transaction() as tx:
        asked = await sightings.strangers(
            tx, hand.merchant_id, after=position.after, limit=_AT_ONCE
        )
        account = await connections.line_account_of(tx, hand.merchant_id)
    if not asked:
        return False
    line = connections.messaging_channel(ground, account)
    started = ground.clock()
    found = [each for each in asked if await line.profile(each) is not None]
    reached = replace(
        position.moved(after=asked[-1]),
        checked=position.checked + len(asked),
        unknown=position.unknown + len(asked) - len(found),
        not_before=ground.clock() + _PAUSE,
    )
    await _store(hand, found, reached, started)
    if reached.checked == FIRST_HUNDRED and reached.unknown * 2 > FIRST_HUNDRED:
        await ending.fail(hand, AnotherProvider(checked=FIRST_HUNDRED).message)
        return False
    return True


async def _store(
    hand: Hand, found: Sequence[LineUserId], reached: Position, at: datetime
) -> None:
    """A positive answer is as good as a follow; a negative one is no fact."""
    changes = [
        FriendChange(
            key=FactKey(f"friend_check:{hand.run.id}:{each}"),
            at=at,
            stored=at,
            line_user=each,
            is_friend=True,
        )
        for each in found
    ]
    async with hand.writing(facts=True) as tx:
        now = hand.ground.clock()
        await linking.settle(tx, hand.merchant_id, changes, now)
        for each in found:
            await friends.follow_changed(
                tx, hand.merchant_id, each, following=True, at=at, now=now
            )
        await hand.keep(tx, reached, requests=reached.checked - hand.position.checked)
    if found:
        await hand.ground.wake(Work.DRAIN_OUTBOX, hand.merchant_id)
