"""Consent: a merchant's write happens only with an approval for exactly that call.

A person gives the approval (`approve`); `carry_out` consumes it in the transaction of
the write itself. The same call with the same approval gives the first result again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from marketing_agent.core.errors import NotAllowed
from marketing_agent.storage import approvals, changes, merchants
from marketing_agent.storage.changes import NewChange

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground, Work
    from marketing_agent.storage.approvals import Approval

APPROVAL_LIFE: Final = timedelta(hours=24)

Json: TypeAlias = dict[str, Any]
"""A JSON object: what tools take and give."""


class ApprovalNeeded(NotAllowed):
    """This changes something and needs the merchant's approval for exactly this."""


class ApprovalMismatch(NotAllowed):
    """The approval was given for another call. Ask for a new one for this call."""


class ApprovalExpired(NotAllowed):
    """The approval has expired. Ask for a new one."""


class OnlyPeopleApprove(NotAllowed):
    """Only a signed-in person who may change things can approve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A tool and its validated arguments as canonical JSON values."""

    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a write gives back, and the call that would undo it."""

    result: Json
    inverse: Call | None = None
    target: str | None = None
    """What was changed, such as `qr_link:<slug>`: its changes are undone in turn."""
    undoes: int | None = None
    """The change that this one undid."""
    wakes: tuple[Work, ...] = ()
    """What a worker has to look at once this is committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A change that was made: its number, and what the write gave back."""

    change_id: int
    result: Json


Write: TypeAlias = Callable[["AsyncConnection", int], Awaitable[Written]]
"""A plain write: in this transaction, for this merchant."""


async def approve(ground: Ground, caller: Caller, call: Call) -> str:
    """A person says yes to this call. Raises OnlyPeopleApprove and NotFound."""
    if not caller.may_approve:
        raise OnlyPeopleApprove
    now = ground.clock()
    async with ground.database.transaction() as tx:
        await merchants.get(tx, caller.merchant_id)
        return await approvals.give(
            tx,
            caller.merchant_id,
            tool=call.tool,
            arguments=call.arguments,
            given_by=caller.subject,
            now=now,
            expires_at=now + APPROVAL_LIFE,
        )


async def carry_out(
    ground: Ground, caller: Caller, call: Call, approval_id: str | None, write: Write
) -> Made:
    """Consume the approval and make the write, both or neither.

    Raises ApprovalNeeded, ApprovalMismatch, ApprovalExpired, and what the write raises.
    """
    async with ground.database.merchant_transaction(caller.merchant_id) as tx:
        approval = await _approval(tx, caller, call, approval_id)
        if approval.used_at is not None:
            return await _made_before(tx, caller, approval)
        now = ground.clock()
        if now > approval.expires_at:
            raise ApprovalExpired
        written = await write(tx, caller.merchant_id)
        await approvals.use(tx, caller.merchant_id, approval.id, now)
        change_id = await _record(tx, caller, call, approval, written, now)
    for work in written.wakes:
        await ground.wake(work, caller.merchant_id)
    return Made(change_id=change_id, result=written.result)


async def made_at_once(
    ground: Ground, caller: Caller, call: Call, write: Write
) -> Made:
    """Make a write that a person asks for outside the tools: asking is approving.

    Raises OnlyPeopleApprove, and what the write raises.
    """
    approval_id = await approve(ground, caller, call)
    return await carry_out(ground, caller, call, approval_id, write)


async def _approval(
    tx: AsyncConnection, caller: Caller, call: Call, approval_id: str | None
) -> Approval:
    if approval_id is None or not caller.may_write:
        raise ApprovalNeeded
    approval = await approvals.find_for_update(tx, caller.merchant_id, approval_id)
    if approval is None:
        raise ApprovalNeeded
    if approval.tool != call.tool or approval.arguments != call.arguments:
        raise ApprovalMismatch
    return approval


async def _record(
    tx: AsyncConnection,
    caller: Caller,
    call: Call,
    approval: Approval,
    written: Written,
    now: datetime,
) -> int:
    new = NewChange(
        approval_id=approval.id,
        tool=call.tool,
        arguments=call.arguments,
        made_by=approval.given_by,
        made_at=now,
        result=written.result,
        inverse=_as_json(written.inverse),
        target=written.target,
    )
    change_id = await changes.record(tx, caller.merchant_id, new)
    if written.undoes is not None:
        await changes.mark_undone(tx, caller.merchant_id, written.undoes, change_id)
    return change_id


async def _made_before(tx: AsyncConnection, caller: Caller, approval: Approval) -> Made:
    made = await changes.made_with(tx, caller.merchant_id, approval.id)
    assert made is not None, "a used approval always has its change"
    return Made(change_id=made[0], result=made[1])


def _as_json(call: Call | None) -> Json | None:
    if call is None:
        return None
    return {"tool": call.tool, "arguments": dict(call.arguments)}
