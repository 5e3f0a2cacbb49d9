"""An approval and the write it allows: one transaction, once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from marketing_agent.core.callers import CallerKind
from marketing_agent.core.errors import Conflict
from marketing_agent.core.qr_links import LinkType, QrLinkDraft
from marketing_agent.services import qr_links
from marketing_agent.services.changes import (
    APPROVAL_LIFE,
    ApprovalExpired,
    ApprovalMismatch,
    Call,
    Written,
    approve,
    carry_out,
)
from marketing_agent.services.ground import Work
from marketing_agent.storage.tables import approvals, changes
from tests.desk import EMAIL

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from tests.desk import Desk

CALL = Call(tool="create_qr_link", arguments={"name": "Newsletter"})
DRAFT = QrLinkDraft(
    name="Newsletter",
    link_type=LinkType.KLAVIYO_LINKAGE,
    email_variable="{{ email }}",
)


async def _the_change(desk: Desk) -> RowMapping:
    async with desk.ground.database.transaction() as tx:
        return (await tx.execute(select(changes))).mappings().one()


async def test_the_same_approval_again_gives_the_first_result(desk: Desk) -> None:
    """A repeated call writes nothing, also after the approval has expired."""
    approval = await desk.approve("create_qr_link", EMAIL)
    first = await desk.call("create_qr_link", EMAIL, approval=approval)
    written = await desk.counts()

    again = await desk.call("create_qr_link", EMAIL, approval=approval)
    desk.clock.now += APPROVAL_LIFE + timedelta(days=1)
    much_later = await desk.call("create_qr_link", EMAIL, approval=approval)

    assert first.status_code == 200
    assert first.json() == again.json() == much_later.json()
    assert await desk.counts() == written
    assert (written["qr_links"], written["changes"]) == (1, 1)


async def test_calls_at_the_same_time_write_once(desk: Desk) -> None:
    """Eight impatient clicks on one approval make one custom QR code."""
    approval = await desk.approve("create_qr_link", EMAIL)

    answers = await asyncio.gather(
        *(desk.call("create_qr_link", EMAIL, approval=approval) for _ in range(8))
    )

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["block"]["slug"] for answer in answers}) == 1
    written = await desk.counts()
    assert (written["qr_links"], written["changes"]) == (1, 1)


async def test_two_approvals_are_two_writes(desk: Desk) -> None:
    """Who says yes twice gets two; the code is not guessed from the arguments."""
    slugs = {
        (await desk.write("create_qr_link", EMAIL))["slug"],
        (await desk.write("create_qr_link", EMAIL))["slug"],
    }
    assert len(slugs) == 2


async def test_a_write_that_fails_leaves_the_approval_unused(desk: Desk) -> None:
    """What was written before the failure is undone, and the yes is still good."""
    owner = desk.caller()
    approval = await approve(desk.ground, owner, CALL)
    before = await desk.counts()
    create = qr_links.create(desk.ground, DRAFT)

    async def fails_late(tx: AsyncConnection, merchant_id: int) -> Written:
        await create(tx, merchant_id)
        raise Conflict(detail="too late")

    with pytest.raises(Conflict):
        await carry_out(desk.ground, owner, CALL, approval, fails_late)
    assert await desk.counts() == before

    done = await carry_out(desk.ground, owner, CALL, approval, create)
    assert (await _the_change(desk))["result"] == done.result


async def test_the_change_says_what_was_done_who_approved_and_how_to_undo_it(
    desk: Desk,
) -> None:
    """An agent carried it out; the change names the person who said yes."""
    approval = await desk.approve("create_qr_link", EMAIL)
    agent = desk.caller(CallerKind.AGENT)
    answer = await desk.call("create_qr_link", EMAIL, approval=approval, caller=agent)
    slug = answer.json()["block"]["slug"]

    change = await _the_change(desk)

    assert change["approval_id"] == approval
    assert change["made_by"] == "Mei of the shop"
    assert change["made_at"] == desk.clock()
    assert change["tool"] == "create_qr_link"
    assert change["arguments"] == EMAIL | {
        "link_type": "klaviyo_linkage",
        "phone_variable": None,
    }
    assert change["inverse"] == {"tool": "delete_qr_link", "arguments": {"slug": slug}}
    assert change["target"] == f"qr_link:{slug}"
    assert change["undone_by"] is None
    assert change["id"] == answer.json()["change_id"]


async def test_an_approval_is_good_until_its_last_moment(desk: Desk) -> None:
    """At 24 hours it still is, a microsecond later it is not."""
    owner, create = desk.caller(), qr_links.create(desk.ground, DRAFT)
    in_time = await approve(desk.ground, owner, CALL)
    late = await approve(desk.ground, owner, CALL)

    desk.clock.now += APPROVAL_LIFE
    await carry_out(desk.ground, owner, CALL, in_time, create)
    desk.clock.now += timedelta(microseconds=1)
    with pytest.raises(ApprovalExpired):
        await carry_out(desk.ground, owner, CALL, late, create)


async def test_an_approval_is_for_its_tool_alone(desk: Desk) -> None:
    """Another tool that happens to take the same arguments is another call."""
    owner, create = desk.caller(), qr_links.create(desk.ground, DRAFT)
    approval = await approve(desk.ground, owner, CALL)
    other = Call(tool="update_qr_link", arguments=CALL.arguments)

    with pytest.raises(ApprovalMismatch):
        await carry_out(desk.ground, owner, other, approval, create)
    assert (await desk.counts())["qr_links"] == 0


async def test_approvals_cannot_be_guessed(desk: Desk) -> None:
    """Ids carry 128 random bits, and the arguments are kept beside them."""
    ids = [await approve(desk.ground, desk.caller(), CALL) for _ in range(20)]

    assert len(set(ids)) == 20
    assert {len(each) for each in ids} == {22}
    async with desk.ground.database.transaction() as tx:
        kept = set((await tx.scalars(select(approvals.c.id))).all())
    assert kept == set(ids)


async def test_workers_are_woken_after_the_write_and_not_by_a_repetition(
    desk: Desk,
) -> None:
    """What has to be told to Klaviyo is looked at as soon as it is committed."""
    owner = desk.caller()
    approval = await approve(desk.ground, owner, CALL)
    desk.wakes.heard.clear()

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        del tx, merchant_id
        assert desk.wakes.heard == []
        return Written(result={}, wakes=(Work.DRAIN_OUTBOX,))

    await carry_out(desk.ground, owner, CALL, approval, write)
    await carry_out(desk.ground, owner, CALL, approval, write)

    assert desk.wakes.heard == [Work.DRAIN_OUTBOX]
