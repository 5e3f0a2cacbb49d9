"""What a diagnosis reads: attempts, logins, and what Klaviyo was not told."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from marketing_agent.core.facts import Method
from marketing_agent.core.signals import ProfileId
from marketing_agent.services.linking import settle
from marketing_agent.storage import attempt_counts, attempts, logins, outbox, unwritten
from marketing_agent.storage.outbox import NewItem, OutboxKind
from tests.storage.diagnosis_world import YUKI, meet_trouble
from tests.storage.world import HANA, KENTA, NOW, P, linking_facts, new_merchant

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

NEVER = NOW - timedelta(days=30)


async def test_attempts_are_counted_by_their_setting(tx: AsyncConnection) -> None:
    """Those without a setting are left out; a setting without any counts zero."""
    merchant = await new_merchant(tx)
    await settle(tx, merchant, linking_facts(), NOW)
    await meet_trouble(tx, merchant, NOW)

    found = await attempt_counts.by_setting(tx, merchant, Method.QR_LINK)

    assert set(found) == {"abc2345678"}
    assert found["abc2345678"].attempts == 1
    assert sum(found["abc2345678"].unlinked_by_row.values()) == 1
    assert found["another"].attempts == 0
    assert not await attempt_counts.by_setting(tx, merchant, Method.FORM_LINKAGE)


async def test_the_newest_logins_come_first_and_once(tx: AsyncConnection) -> None:
    """As many people as are asked for, each with the newest time."""
    merchant = await new_merchant(tx)
    await settle(tx, merchant, linking_facts(), NOW)
    await meet_trouble(tx, merchant, NOW + timedelta(minutes=1))

    newest = await logins.newest(tx, merchant, limit=9)

    assert newest[0] == (YUKI, NOW + timedelta(minutes=1))
    assert {who for who, _ in newest} == {YUKI, HANA, KENTA}
    assert len(await logins.newest(tx, merchant, limit=2)) == 2


async def test_attempts_about_a_profile(tx: AsyncConnection) -> None:
    """Found by the profile; nobody else's are among them."""
    merchant = await new_merchant(tx)
    await settle(tx, merchant, linking_facts(), NOW)

    found = await attempts.about(tx, merchant, P, email=None, phone=None)

    assert [each.outcome.line_user for each in found] == [HANA]
    nobody = ProfileId("01PROFILE-X")
    assert await attempts.about(tx, merchant, nobody, email=None, phone=None) == []


async def test_what_is_kept_from_klaviyo(tx: AsyncConnection) -> None:
    """By reason, the most first; neither what was told nor what was never tried."""
    merchant = await new_merchant(tx)
    later = NOW + timedelta(hours=1)
    items = [
        NewItem(
            key=str(number),
            kind=OutboxKind.LINE_USER_ID,
            line_user=HANA,
            profile=P,
            body={},
        )
        for number in range(5)
    ]
    await outbox.add(tx, merchant, items, NOW)
    first, *two, told, _ = [each.id for each in await outbox.due(tx, merchant, NOW)]
    await outbox.give_up(tx, merchant, [first], NOW, "gone")
    await outbox.put_off(tx, merchant, two, later, "refused")
    await outbox.finish(tx, merchant, [told], NOW)

    found = await unwritten.by_reason(tx, merchant, dead_after=NEVER)

    assert [(e.why, e.waiting, e.dead) for e in found] == [
        ("refused", 2, 0),
        ("gone", 0, 1),
    ]
    [recent] = await unwritten.by_reason(tx, merchant, dead_after=NOW)
    assert (recent.why, recent.since) == ("refused", NOW)
