"""Approval requests hide who was erased; used tokens add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.signals import LineUserId
from marketing_agent.storage import approval_requests, erasures, token_use
from marketing_agent.storage.token_use import TokenUse
from tests.storage.agent_calls import NO, USED, ask_for_something, newest_request
from tests.storage.world import HANA, NOW, YESTERDAY, new_merchant

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


async def test_an_erased_person_is_not_named_in_a_request(tx: AsyncConnection) -> None:
    """The pseudonym stands in the arguments, as in the changes."""
    merchant_id = await new_merchant(tx)
    await ask_for_something(tx, merchant_id)

    pseudonym = LineUserId("U" + "0" * 32)
    await erasures.hide(tx, merchant_id, HANA, pseudonym)

    (request,) = await approval_requests.newest(tx, merchant_id, 9)
    assert request.arguments == {"line_user_id": pseudonym}


async def test_the_first_answer_stays(tx: AsyncConnection) -> None:
    """A later one is not stored, and an answered request is open no more."""
    merchant_id = await new_merchant(tx)
    await ask_for_something(tx, merchant_id)
    request = await newest_request(tx, merchant_id)

    assert await approval_requests.count_open(tx, merchant_id, NOW) == 1
    for approval in (None, "another"):
        reply = approval_requests.Reply(
            approved=approval is not None,
            answered_by="hana",
            answered_at=NOW,
            reason=NO.reason,
            approval_id=approval,
        )
        await approval_requests.answer(tx, merchant_id, request, reply)

    found = await approval_requests.find_for_update(tx, merchant_id, request)
    assert found is not None
    assert found.reply == NO
    assert await approval_requests.count_open(tx, merchant_id, NOW) == 0


async def test_tokens_of_a_day_add_up(tx: AsyncConnection) -> None:
    """Each day has its own sum."""
    merchant_id = await new_merchant(tx)
    for day in (NOW.date(), NOW.date(), YESTERDAY.day):
        await token_use.add(tx, merchant_id, day, USED)

    used = await token_use.days(tx, merchant_id, YESTERDAY.day)

    assert used[NOW.date()] == TokenUse(tokens_in=60, tokens_out=24, estimated=4)
    assert used[YESTERDAY.day] == USED
