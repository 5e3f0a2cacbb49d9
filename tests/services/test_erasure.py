"""A person who asks to be forgotten: nothing of them is left but a keyed hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, cast, select

from marketing_agent.core.links import ChangeKind
from marketing_agent.core.resolve import resolve
from marketing_agent.core.signals import LineUserId
from marketing_agent.sandbox.klaviyo.faults import Answer, Fault
from marketing_agent.services import erasure
from marketing_agent.storage import facts
from marketing_agent.storage.tables import audit, links, metadata
from tests.services.undo_story import HANA, KENTA, open_as, two_customers

if TYPE_CHECKING:
    from tests.desk import Desk

_HANA = LineUserId(HANA.line_user_id)


async def _erase(desk: Desk) -> None:
    write = erasure.erase(desk.ground, _HANA)
    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        await write(tx, desk.merchant_id)


async def _work(desk: Desk) -> None:
    await desk.work()
    await erasure.forget_people(desk.ground, desk.merchant_id)


async def _everything(desk: Desk) -> str:
    """All rows of all tables as text."""
    found = []
    async with desk.ground.database.transaction() as tx:
        for table in metadata.sorted_tables:
            row = cast(table.table_valued(), Text)
            found += list(await tx.scalars(select(row).select_from(table)))
    return "\n".join(found)


async def test_nothing_of_an_erased_person_is_left(desk: Desk) -> None:
    """No table holds the LINE User ID any more, and Klaviyo's profile lost it too."""
    await two_customers(desk)
    assert _HANA in await _everything(desk)

    await _erase(desk)
    await _work(desk)

    assert _HANA not in await _everything(desk)
    shown = {p.email: p.properties for p in desk.klaviyo.profiles()}
    assert "LINE User ID" not in shown[HANA.email]


async def test_the_id_stays_until_klaviyo_has_heard(desk: Desk) -> None:
    """While Klaviyo is down the property cannot go, so the id is not hidden yet."""
    await two_customers(desk)
    desk.klaviyo.faults.add(Fault(effect=Answer(503)))

    await _erase(desk)
    await _work(desk)
    assert _HANA in await _everything(desk)

    desk.klaviyo.faults.clear()
    desk.clock.move(hours=1)
    await _work(desk)
    assert _HANA not in await _everything(desk)


async def test_the_facts_still_amount_to_everyone_elses_links(desk: Desk) -> None:
    """The pseudonym keeps the facts in shape: the others' links follow from them."""
    slug = await two_customers(desk)
    await open_as(desk, KENTA, KENTA.email, slug)

    await _erase(desk)
    await _work(desk)

    async with desk.ground.database.transaction() as tx:
        resolution = resolve(await facts.all_facts(tx, desk.merchant_id))
        stored = set(await tx.scalars(select(links.c.line_user_id)))
        kinds = list(await tx.scalars(select(audit.c.kind).order_by(audit.c.id)))
    assert {each.line_user for each in resolution.links} == stored
    assert stored == {KENTA.line_user_id}
    assert [each.kind for each in resolution.changes] == kinds
    assert kinds[-1] == ChangeKind.ERASED


async def test_only_the_hash_knows_them(desk: Desk) -> None:
    """Whoever brings the same LINE User ID is known for erased, and nobody else."""
    await two_customers(desk)
    await _erase(desk)
    await _work(desk)

    both = [_HANA, LineUserId(KENTA.line_user_id)]
    async with desk.ground.database.transaction() as tx:
        found = await erasure.erased_among(desk.ground, tx, desk.merchant_id, both)
        elsewhere = await erasure.erased_among(desk.ground, tx, desk.neighbour_id, both)
    assert found == {_HANA}
    assert elsewhere == set()


async def test_an_erased_persons_webhooks_leave_nothing(desk: Desk) -> None:
    """They may block and add the account again: nobody is met by that."""
    await two_customers(desk)
    await _erase(desk)
    await _work(desk)

    desk.clock.move(minutes=1)
    await desk.line.block(_HANA)
    await desk.line.follow(_HANA)
    await desk.line.webhooks_settled()
    await _work(desk)

    assert _HANA not in await _everything(desk)


async def test_only_their_own_login_brings_them_back(desk: Desk) -> None:
    """They open the email again and log in: linked as a new person, by a new claim."""
    slug = await two_customers(desk)
    await _erase(desk)
    await _work(desk)

    await open_as(desk, HANA, HANA.email, slug)

    async with desk.ground.database.transaction() as tx:
        linked = set(await tx.scalars(select(links.c.line_user_id)))
        barred = await erasure.erased_among(desk.ground, tx, desk.merchant_id, [_HANA])
    assert linked == {_HANA}
    assert barred == set()
