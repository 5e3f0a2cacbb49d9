"""Coverage over time: a row a day in the merchant's zone, and today as it is now."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from marketing_agent.core.facts import Method
from marketing_agent.services import coverage
from marketing_agent.services.status.hints import are_many_unlinked
from marketing_agent.services.tick import tick
from marketing_agent.storage.coverage import Coverage
from tests.api.status.shop import one_linked
from tests.services.undo_story import KENTA, UNLINK_HANA, make

if TYPE_CHECKING:
    from tests.desk import Desk

NEWSLETTER = {Method.QR_LINK: 1}


async def _days(desk: Desk) -> list[tuple[date, int, int]]:
    days = await coverage.over_time(desk.ground, desk.merchant_id)
    return [(each.day, each.coverage.friends, each.coverage.linked) for each in days]


async def test_a_day_is_written_once_it_has_ended_where_the_merchant_is(
    desk: Desk,
) -> None:
    """At Tokyo's midnight, not at UTC's; later ticks leave the row as it is."""
    await one_linked(desk)
    today = desk.clock().date()
    desk.clock.move(hours=15 - desk.clock().hour, minutes=-desk.clock().minute)
    midnight = desk.clock()
    assert midnight.hour == 15, "Tokyo is nine hours ahead"
    desk.clock.move(seconds=-30)
    assert (await _days(desk))[-1][0] == today
    desk.clock.move(seconds=60)

    await tick(desk.ground)
    await make(desk, "unlink_friend", UNLINK_HANA)
    await tick(desk.ground)

    tomorrow = today + timedelta(days=1)
    assert (await _days(desk))[-2:] == [(today, 1, 1), (tomorrow, 1, 0)]


async def test_a_day_that_nobody_counted_is_left_out(desk: Desk) -> None:
    """After an outage of days only what is known is shown."""
    await one_linked(desk)
    await tick(desk.ground)
    desk.clock.move(days=5)
    await tick(desk.ground)

    days = [day for day, _, _ in await _days(desk)]
    assert len(days) == 3
    assert days[1] - days[0] == timedelta(days=5)


async def test_coverage_is_told_per_method(desk: Desk) -> None:
    """A link made by hand stands under the merchant's own hand."""
    await one_linked(desk)
    (today,) = await coverage.over_time(desk.ground, desk.merchant_id)
    assert today.coverage == Coverage(friends=1, by_method=NEWSLETTER)

    change = await make(desk, "unlink_friend", UNLINK_HANA)
    await make(desk, "undo_change", {"change_id": change})
    await desk.line.follow(KENTA.line_user_id)
    await desk.line.webhooks_settled()
    await desk.work()

    (today,) = await coverage.over_time(desk.ground, desk.merchant_id)
    assert today.coverage == Coverage(friends=2, by_method={Method.PIN: 1})


def test_many_means_that_most_are_unlinked() -> None:
    """Half of them is not many, and nobody at all is not either."""
    told = {
        (friends, linked): are_many_unlinked(
            Coverage(friends=friends, by_method={Method.IMPORT: linked})
        )
        for friends, linked in ((0, 0), (2, 1), (3, 1), (3, 2))
    }
    assert [counts for counts, many in told.items() if many] == [(3, 1)]
