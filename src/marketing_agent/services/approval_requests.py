"""Approval requests: a program cannot approve, so it asks; a person answers.

A request is good for as long as an approval. What is asked again under the same request
id is the same request; the first answer counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import Conflict, NotAllowed, NotFound
from marketing_agent.services.changes import (
    APPROVAL_LIFE,
    ApprovalExpired,
    OnlyPeopleApprove,
)
from marketing_agent.storage import approval_requests, merchants
from marketing_agent.storage.approval_requests import NewRequest

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.callers import Caller
    from marketing_agent.services.changes import Call
    from marketing_agent.services.ground import Ground
    from marketing_agent.services.outlooks import Outlook
    from marketing_agent.storage.approval_requests import Reply, StoredRequest

MOST_OPEN: Final = 50
_MOST_LISTED: Final = 200


class ViewersOnlyLook(NotAllowed):
    """A viewer can look and change nothing. Ask an owner or staff to do this."""


class TooManyRequests(Conflict):
    """{count} requests wait for an answer already. Let a person answer some first."""


class TargetChanged(Conflict):
    """What this would change has changed since it was shown. Look again, and answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A call that somebody asks for, under the name that they gave the request."""

    call: Call
    request_id: str = ""


async def find_same(
    ground: Ground, caller: Caller, asked: Asked
) -> StoredRequest | None:
    """The request, where this caller has asked for the same before.

    Raises ViewersOnlyLook.
    """
    if not caller.may_write:
        raise ViewersOnlyLook
    async with ground.database.transaction() as tx:
        new = _new(ground, caller, asked)
        return await approval_requests.same(tx, caller.merchant_id, new)


async def ask(
    ground: Ground, caller: Caller, asked: Asked, outlook: Outlook
) -> StoredRequest:
    """Ask for a person's answer; the same again is the same request.

    Raises TooManyRequests, and NotFound for an unknown merchant.
    """
    new = replace(_new(ground, caller, asked), outlook=outlook.as_json)
    merchant_id = caller.merchant_id
    async with ground.database.merchant_transaction(merchant_id) as tx:
        await merchants.get(tx, merchant_id)
        if same := await approval_requests.same(tx, merchant_id, new):
            return same
        count = await approval_requests.count_open(tx, merchant_id, new.asked_at)
        if count >= MOST_OPEN:
            raise TooManyRequests(count=count)
        made = await approval_requests.add(tx, merchant_id, new)
        return await _found(tx, merchant_id, made)


async def newest(ground: Ground, merchant_id: int) -> list[StoredRequest]:
    """The last 200 requests, answered or not, newest first."""
    async with ground.database.transaction() as tx:
        return await approval_requests.newest(tx, merchant_id, _MOST_LISTED)


async def to_answer(ground: Ground, caller: Caller, request: str) -> StoredRequest:
    """The request that this person may answer, or what was answered first.

    Raises OnlyPeopleApprove, NotFound, and ApprovalExpired without an answer in time.
    """
    if not caller.may_approve:
        raise OnlyPeopleApprove
    async with ground.database.transaction() as tx:
        found = await _found(tx, caller.merchant_id, request)
    if found.reply is None and ground.clock() > found.expires_at:
        raise ApprovalExpired
    return found


async def refuse_change(
    ground: Ground, merchant_id: int, stored: StoredRequest, outlook: Outlook
) -> None:
    """Raises TargetChanged once, and shows the request as it would be now."""
    if not outlook.differs_from(stored.outlook):
        return
    async with ground.database.transaction() as tx:
        await approval_requests.show_again(tx, merchant_id, stored.id, outlook.as_json)
    raise TargetChanged


async def answer(
    ground: Ground, merchant_id: int, request: str, reply: Reply
) -> StoredRequest:
    """Store the answer; gives the request with the first answer that it has had."""
    async with ground.database.transaction() as tx:
        await approval_requests.answer(tx, merchant_id, request, reply)
        return await _found(tx, merchant_id, request)


async def _found(tx: AsyncConnection, merchant_id: int, request: str) -> StoredRequest:
    found = await approval_requests.find_for_update(tx, merchant_id, request)
    if found is None:
        raise NotFound(noun="approval request", name=request[:40])
    return found


def _new(ground: Ground, caller: Caller, asked: Asked) -> NewRequest:
    now = ground.clock()
    return NewRequest(
        tool=asked.call.tool,
        arguments=asked.call.arguments,
        request_id=asked.request_id,
        outlook={},
        asked_by=caller.subject,
        asked_kind=caller.kind,
        asked_at=now,
        expires_at=now + APPROVAL_LIFE,
    )
