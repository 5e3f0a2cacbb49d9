"""An erased person is in no record, and comes back by their own login alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, cast, func, select

from marketing_agent.services.erasure import forget_people
from marketing_agent.storage.tables import metadata
from tests.journeys.methods.seen import line_user_id, trail
from tests.journeys.methods.ways import deliver_again

if TYPE_CHECKING:
    from tests.journeys.methods.ways import Customer, Way


async def _tables_that_know(way: Way, customer: Customer) -> list[str]:
    """Where the LINE User ID or the address of this customer stands."""
    found = []
    async with way.desk.ground.database.transaction() as tx:
        for table in metadata.sorted_tables:
            row = cast(table.table_valued(), Text)
            for value in (customer.person.line_user_id, customer.person.email):
                rows = select(func.count()).select_from(table)
                if await tx.scalar(rows.where(row.contains(value, autoescape=True))):
                    found.append(table.name)
    return found


async def _work(way: Way) -> None:
    await way.work()
    await forget_people(way.desk.ground, way.desk.merchant_id)


async def test_an_erased_person_comes_back_by_their_own_login_alone(way: Way) -> None:
    """Webhooks told again, a new follow and a stored id bring back nothing."""
    customer = await way.link()
    line, line_user = way.desk.line, customer.person.line_user_id
    assert await _tables_that_know(way, customer) != []
    way.desk.clock.move(minutes=1)
    await way.desk.write("erase_friend", {"line_user_id": line_user})
    await _work(way)
    assert await _tables_that_know(way, customer) == []
    assert line_user_id(way, customer) is None

    way.desk.clock.move(minutes=1)
    await line.block(line_user)
    await line.unblock(line_user)
    await line.webhooks_settled()
    await deliver_again(way.desk)
    if way.method == "import":
        await way.again(customer)
    await _work(way)
    assert await _tables_that_know(way, customer) == []
    assert line_user_id(way, customer) is None

    if way.logs_in:
        await way.again(customer)
        await way.take(customer, "follow")
        await _work(way)
        info = await way.info(customer)
        assert (info["linked"], trail(info)) == (True, ["linked"])
        assert line_user_id(way, customer) == line_user
