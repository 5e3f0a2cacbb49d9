"""Approval requests: a program asked for a write, and a person answers, once.

A request names the exact call. Its answer stays with it, and so does who asked.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.callers import CallerKind
from marketing_agent.storage.conditions import is_storable
from marketing_agent.storage.tables import approval_requests

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

_UNANSWERED: Final = approval_requests.c.answered_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """`arguments` and `outlook` are canonical JSON values."""

    tool: str
    arguments: Mapping[str, Any]
    request_id: str
    """The asker's own name for it: the same call may be asked for more than once."""
    outlook: Mapping[str, Any]
    """What the write would do, as it was when the request was last shown."""
    asked_by: str
    asked_kind: CallerKind
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A person's answer; with a yes, the arguments and the approval of the call."""

    approved: bool
    answered_by: str
    answered_at: datetime
    reason: str = ""
    arguments: Mapping[str, Any] | None = None
    approval_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequest(NewRequest):
    """A request, and its answer if it has had one."""

    id: str
    reply: Reply | None


async def add(tx: AsyncConnection, merchant_id: int, new: NewRequest) -> str:
    """Store a request and return its unguessable id."""
    made = secrets.token_urlsafe(16)
    await tx.execute(
        insert(approval_requests).values(
            merchant_id=merchant_id,
            id=made,
            tool=new.tool,
            arguments=dict(new.arguments),
            request_id=new.request_id,
            outlook=dict(new.outlook),
            asked_by=new.asked_by,
            asked_kind=new.asked_kind.value,
            asked_at=new.asked_at,
            expires_at=new.expires_at,
        )
    )
    return made


async def same(
    tx: AsyncConnection, merchant_id: int, new: NewRequest
) -> StoredRequest | None:
    """The newest request of the same asker for the same call that is still good."""
    rows = await tx.execute(
        select(approval_requests)
        .where(
            approval_requests.c.merchant_id == merchant_id,
            approval_requests.c.tool == new.tool,
            approval_requests.c.arguments == dict(new.arguments),
            approval_requests.c.request_id == new.request_id,
            approval_requests.c.asked_by == new.asked_by,
            approval_requests.c.asked_kind == new.asked_kind.value,
            approval_requests.c.expires_at > new.asked_at,
        )
        .order_by(approval_requests.c.asked_at.desc())
        .limit(1)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _request_of(row)


async def find_for_update(
    tx: AsyncConnection, merchant_id: int, request: str
) -> StoredRequest | None:
    """The request, locked until the end of this transaction."""
    if not is_storable(request):
        return None
    rows = await tx.execute(
        select(approval_requests)
        .where(
            approval_requests.c.merchant_id == merchant_id,
            approval_requests.c.id == request,
        )
        .with_for_update()
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _request_of(row)


async def newest(
    tx: AsyncConnection, merchant_id: int, limit: int
) -> list[StoredRequest]:
    """The merchant's last requests, answered or not, newest first."""
    rows = await tx.execute(
        select(approval_requests)
        .where(approval_requests.c.merchant_id == merchant_id)
        .order_by(approval_requests.c.asked_at.desc(), approval_requests.c.id)
        .limit(limit)
    )
    return [_request_of(row) for row in rows.mappings()]


async def count_open(tx: AsyncConnection, merchant_id: int, now: datetime) -> int:
    """How many requests wait for an answer."""
    counted = await tx.scalar(
        select(func.count())
        .select_from(approval_requests)
        .where(
            approval_requests.c.merchant_id == merchant_id,
            approval_requests.c.expires_at > now,
            _UNANSWERED,
        )
    )
    return counted or 0


async def show_again(
    tx: AsyncConnection, merchant_id: int, request: str, outlook: Mapping[str, Any]
) -> None:
    """Keep what the write would do by now."""
    await tx.execute(
        update(approval_requests)
        .where(
            approval_requests.c.merchant_id == merchant_id,
            approval_requests.c.id == request,
            _UNANSWERED,
        )
        .values(outlook=dict(outlook))
    )


async def answer(
    tx: AsyncConnection, merchant_id: int, request: str, reply: Reply
) -> None:
    """Store the answer of a request that has none; the first one counts."""
    given = None if reply.arguments is None else dict(reply.arguments)
    await tx.execute(
        update(approval_requests)
        .where(
            approval_requests.c.merchant_id == merchant_id,
            approval_requests.c.id == request,
            _UNANSWERED,
        )
        .values(
            approved=reply.approved,
            approved_arguments=given,
            approval_id=reply.approval_id,
            answered_by=reply.answered_by,
            answered_at=reply.answered_at,
            reason=reply.reason,
        )
    )


def _request_of(row: RowMapping) -> StoredRequest:
    return StoredRequest(
        id=row["id"],
        tool=row["tool"],
        arguments=row["arguments"],
        request_id=row["request_id"],
        outlook=row["outlook"],
        asked_by=row["asked_by"],
        asked_kind=CallerKind(row["asked_kind"]),
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        reply=_reply_of(row),
    )


def _reply_of(row: RowMapping) -> Reply | None:
    if row["answered_at"] is None:
        return None
    return Reply(
        approved=row["approved"],
        answered_by=row["answered_by"],
        answered_at=row["answered_at"],
        reason=row["reason"],
        arguments=row["approved_arguments"],
        approval_id=row["approval_id"],
    )
